import Diagnostics

/// Turns a declaration into the parts of a guide: nodes, loops, rules by index.
struct GuideCompiler {
    private var reader = DeclarationReader()
    private var parts = GuideParts()
    private var rules: [X12Tag: Int] = [:]

    /// The parts of a guide that stands by itself.
    static func compile(
        _ declaration: GuideDeclaration, dictionary: GuideDictionary
    ) throws(GuideError) -> GuideParts {
        var compiler = GuideCompiler()
        compiler.build(declaration, dictionary)
        guard compiler.reader.findings.isEmpty else { throw GuideError(compiler.reader.findings) }
        return compiler.parts
    }

    /// The parts of a guide as an overlay changes them.
    static func overlay(_ declaration: GuideDeclaration, on base: GuideParts) throws(GuideError) -> GuideParts
    {
        var compiler = GuideCompiler()
        compiler.parts = base
        compiler.parts.id = declaration.id
        if let title = declaration.title { compiler.parts.title = title }
        if !declaration.version.isEmpty { compiler.parts.version = declaration.version }
        compiler.parts.lenient = declaration.lenient + base.lenient
        if declaration.hasStrictCodes { compiler.makeStrict() }
        for change in declaration.changes { compiler.apply(change) }
        guard compiler.reader.findings.isEmpty else { throw GuideError(compiler.reader.findings) }
        return compiler.parts
    }

    /// The parts of a guide with the changes of a later version, those that concern it.
    static func widen(_ base: GuideParts, by changes: [GuideDeclaration.Change]) -> GuideParts {
        var compiler = GuideCompiler()
        compiler.parts = base
        for change in changes { compiler.apply(change) }
        return compiler.parts
    }

    private mutating func build(_ declaration: GuideDeclaration, _ dictionary: GuideDictionary) {
        parts.id = declaration.id
        parts.title = declaration.title ?? ""
        parts.document = declaration.document
        parts.version = declaration.version
        parts.functionalID = declaration.functionalID
        parts.lenient = declaration.lenient
        parts.composites = dictionary.composites
        parts.codeLists = dictionary.codeLists
        parts.knownTags = dictionary.segments.keys.sorted()
        parts.loops = [
            GuideLoop(id: "", parent: -1, child: 0, trigger: 0, use: .mandatory, repeatMax: 1, children: [])
        ]
        let place = declaration.node
        let header = GuideDeclaration.Part.segment("ST", use: .mandatory, repeatMax: 1, node: place)
        let trailer = GuideDeclaration.Part.segment("SE", use: .mandatory, repeatMax: 1, node: place)
        add([header] + declaration.content + [trailer], to: 0, dictionary)
        if declaration.hasStrictCodes { makeStrict() }
    }

    private mutating func add(_ content: [GuideDeclaration.Part], to loop: Int, _ dictionary: GuideDictionary)
    {
        for part in content {
            let child = parts.loops[loop].children.count
            switch part {
            case .segment(let tag, let use, let repeatMax, let node):
                guard let rule = rule(for: tag, dictionary) else {
                    reader.add("GUIDE.SEGMENT.UNKNOWN", at: node, "segment '\(tag)' is not in the dictionary")
                    continue
                }
                // A trigger stands once in each occurrence: a second one begins the next.
                let isTrigger = loop > 0 && child == 0
                parts.nodes.append(
                    GuideNode(
                        tag: tag, loop: loop, child: child, rule: rule, use: isTrigger ? .mandatory : use,
                        repeatMax: isTrigger ? 1 : repeatMax))
                parts.loops[loop].children.append(.node(parts.nodes.count - 1))
            case .loop(let id, let use, let repeatMax, let content, let node):
                guard case .segment(let trigger, _, _, _) = content.first else { continue }
                let index = parts.loops.count
                let name = id ?? trigger.description
                for case .loop(let other) in parts.loops[loop].children where parts.loops[other].id == name {
                    reader.add(
                        "GUIDE.LOOP.TWICE", at: node, "loop '\(name)' is there twice", expected: "another id")
                }
                parts.loops.append(
                    GuideLoop(
                        id: name, parent: loop, child: child, trigger: parts.nodes.count, use: use,
                        repeatMax: repeatMax, children: []))
                parts.loops[loop].children.append(.loop(index))
                add(content, to: index, dictionary)
            }
        }
    }

    private mutating func rule(for tag: X12Tag, _ dictionary: GuideDictionary) -> Int? {
        if let known = rules[tag] { return known }
        guard let rule = dictionary.segments[tag] else { return nil }
        parts.segmentRules.append(rule)
        rules[tag] = parts.segmentRules.count - 1
        return parts.segmentRules.count - 1
    }

    private mutating func makeStrict() {
        for rule in parts.segmentRules.indices {
            for element in parts.segmentRules[rule].elements.indices {
                parts.segmentRules[rule].elements[element].isStrict = true
            }
        }
        for composite in parts.composites.indices {
            for component in parts.composites[composite].components.indices {
                parts.composites[composite].components[component].isStrict = true
            }
        }
    }

    // MARK: changes of an overlay

    private mutating func apply(_ change: GuideDeclaration.Change) {
        var found = false
        for index in parts.nodes.indices {
            let node = parts.nodes[index]
            let isTrigger = parts.loops[node.loop].trigger == index && node.loop > 0
            guard change.path.matches(tag: node.tag, in: path(of: node.loop), isTrigger: isTrigger) else {
                continue
            }
            found = true
            if let element = change.path.element {
                changeElement(element, at: index, by: change)
            } else {
                changeSegment(index, isTrigger: isTrigger, by: change)
            }
        }
        if !found {
            reader.add(
                "GUIDE.PATH", at: change.node, "path leads to no place of the guide",
                expected: "a place of \(parts.id)")
        }
    }

    private mutating func changeSegment(_ index: Int, isTrigger: Bool, by change: GuideDeclaration.Change) {
        let repeatMax = change.repeatMax ?? change.lengthMax
        if isTrigger {
            let loop = parts.nodes[index].loop
            if let use = change.use { parts.loops[loop].use = use }
            if let repeatMax { parts.loops[loop].repeatMax = repeatMax }
        } else {
            if let use = change.use { parts.nodes[index].use = use }
            if let repeatMax { parts.nodes[index].repeatMax = repeatMax }
        }
    }

    private mutating func changeElement(_ number: Int, at index: Int, by change: GuideDeclaration.Change) {
        var rule = parts.segmentRules[parts.nodes[index].rule]
        if let type = change.type, number == rule.elements.count + 1 {
            rule.elements.append(
                ElementRule(
                    id: "", label: "", type: type, lengthMin: 1, lengthMax: 1, use: .optional, codeList: -1,
                    isStrict: false, isFreeText: false, composite: -1))
        }
        guard number <= rule.elements.count else {
            reader.add("GUIDE.PATH", at: change.node, "segment \(rule.tag) has no element \(number)")
            return
        }
        if let component = change.path.component {
            let composite = rule.elements[number - 1].composite
            guard composite >= 0, component <= parts.composites[composite].components.count else {
                reader.add("GUIDE.PATH", at: change.node, "element \(number) has no component \(component)")
                return
            }
            var copy = parts.composites[composite]
            change.apply(to: &copy.components[component - 1], &parts.codeLists)
            parts.composites.append(copy)
            rule.elements[number - 1].composite = parts.composites.count - 1
        } else {
            change.apply(to: &rule.elements[number - 1], &parts.codeLists)
        }
        // Rules are shared between places; a changed one belongs to this place alone.
        parts.segmentRules.append(rule)
        parts.nodes[index].rule = parts.segmentRules.count - 1
    }

    private func path(of loop: Int) -> [String] {
        var ids: [String] = []
        var current = loop
        while current > 0 {
            ids.append(parts.loops[current].id)
            current = parts.loops[current].parent
        }
        return ids.reversed()
    }
}

extension GuideDeclaration.Change {
    fileprivate func apply(to element: inout ElementRule, _ codeLists: inout [CodeList]) {
        if let use { element.use = use }
        if let lengthMin { element.lengthMin = lengthMin }
        if let lengthMax { element.lengthMax = lengthMax }
        if let label { element.label = label }
        if let isStrict { element.isStrict = isStrict }
        if let codes {
            codeLists.append(CodeList(codes + addedCodes))
            element.codeList = codeLists.count - 1
            // Narrowing a list says what the partner uses: outside it is wrong unless said otherwise.
            element.isStrict = isStrict ?? true
        } else if !addedCodes.isEmpty, element.codeList >= 0 {
            codeLists.append(CodeList(codeLists[element.codeList].codes + addedCodes))
            element.codeList = codeLists.count - 1
        }
    }
}
