#ifndef CCURL_H
#define CCURL_H

/* libcurl's setters and getters are variadic, which Swift cannot call: one typed function for each kind of value.
   Its options are type-checked macros too; here the option's kind is the caller's promise. */

#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value)
{
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value)
{
    return (curl_easy_setopt)(handle, option, value);
}

/* libcurl copies the text. */
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value)
{
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value)
{
    return (curl_easy_setopt)(handle, option, value);
}

/* libcurl does not copy the list: it must outlive the transfer. */
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *list)
{
    return (curl_easy_setopt)(handle, option, list);
}

/* WRITEFUNCTION, READFUNCTION and HEADERFUNCTION have one shape. */
typedef size_t (*ccurl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_bytes_callback(CURL *handle, CURLoption option, ccurl_bytes_callback callback)
{
    return (curl_easy_setopt)(handle, option, callback);
}

static inline CURLcode ccurl_set_seek_callback(CURL *handle, curl_seek_callback callback)
{
    return (curl_easy_setopt)(handle, CURLOPT_SEEKFUNCTION, callback);
}

static inline CURLcode ccurl_set_progress_callback(CURL *handle, curl_xferinfo_callback callback)
{
    return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode ccurl_set_open_socket_callback(CURL *handle, curl_opensocket_callback callback)
{
    return (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

typedef int (*ccurl_host_key_callback)(void *context, int kind, const char *key, size_t count);

static inline CURLcode ccurl_set_host_key_callback(CURL *handle, ccurl_host_key_callback callback)
{
    return (curl_easy_setopt)(handle, CURLOPT_SSH_HOSTKEYFUNCTION, callback);
}

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value)
{
    return (curl_easy_getinfo)(handle, info, value);
}

static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value)
{
    return (curl_easy_getinfo)(handle, info, value);
}

static inline CURLcode ccurl_get_text(CURL *handle, CURLINFO info, const char **value)
{
    return (curl_easy_getinfo)(handle, info, value);
}

#endif
