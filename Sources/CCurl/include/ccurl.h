/* typed static inline shims over curl_easy_setopt */
