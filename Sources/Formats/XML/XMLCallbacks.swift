import CLibXML2

/// The events that libxml2 may call, and what each does. Everything not set here does nothing.
enum XMLCallbacks {
    /// SAX2 handlers: elements, text, CDATA, DOCTYPE, errors. No entity, no external identifier is ever
    /// resolved.
    static func handlers() -> xmlSAXHandler {
        var sax = xmlSAXHandler()
        sax.initialized = UInt32(bitPattern: Int32(truncatingIfNeeded: 0xDEED_BEAF as Int64))
        sax.startElementNs = { context, local, prefix, namespace, _, _, attributeCount, _, values in
            guard let local else { return }
            XMLCallbacks.builder(context)?.pointee.start(
                local: local, prefix: prefix, namespace: namespace, attributeCount: Int(attributeCount),
                values: values)
        }
        sax.endElementNs = { context, _, _, _ in XMLCallbacks.builder(context)?.pointee.end() }
        sax.characters = { context, text, count in
            guard let text else { return }
            XMLCallbacks.builder(context)?.pointee.text(text, count: Int(count))
        }
        sax.ignorableWhitespace = sax.characters
        sax.cdataBlock = sax.characters
        sax.internalSubset = { context, _, _, _ in XMLCallbacks.builder(context)?.pointee.doctype() }
        sax.reference = { context, name in
            guard let name else { return }
            XMLCallbacks.builder(context)?.pointee.unresolved(name)
        }
        sax.serror = { context, error in
            guard let error else { return }
            XMLCallbacks.builder(context)?.pointee.complaint(error.pointee)
        }
        return sax
    }

    private static func builder(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLBuilder>? {
        context?.assumingMemoryBound(to: XMLBuilder.self)
    }
}
