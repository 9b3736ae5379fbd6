import Diagnostics

extension RulesCodes {
    static let stock: [CodeEntry] = [
        CodeEntry(
            "DUP.RECEIPT",
            meaning:
                "A receipt has a number that was taken over already; what it brought then is not received again.",
            cause: "The warehouse sent its paper twice, perhaps under another file name.",
            remedy: "Nothing: the repeat has no effect.",
            move: .wait),
        CodeEntry(
            "DUP.SHIPMENT",
            meaning: "A warehouse or supplier told of the same shipment again.",
            cause: "The shipper sent its paper twice.",
            remedy: "Nothing: the repeat has no effect.",
            move: .wait),
        CodeEntry(
            "GEO.TABLE",
            meaning: "A line of a table of postal codes cannot be read.",
            cause: "The table was edited by hand or is in another form.",
            remedy: "Correct the line or take the table of the library.",
            move: .ours),
        CodeEntry(
            "OMS.CARTON.CHECK",
            meaning:
                "The number of a carton is not 18 digits with a right check digit; the shipment is taken over.",
            cause: "A typing error, or a number of the shipper that is no SSCC.",
            remedy: "Tell the shipper; the customer may refuse the label.",
            move: .partner),
        CodeEntry(
            "OMS.CARTON.OURS",
            meaning: "A shipper labelled a carton with a number of our own range that we have not given out.",
            cause: "The company prefix under `packing` is one that the shipper gives numbers from, too.",
            remedy: "Give location and shipper ranges of their own, then replay the drop.",
            move: .ours),
        CodeEntry(
            "OMS.CARTON.REUSED",
            meaning: "A carton has the number of another carton in the books.",
            cause: "A label was printed twice, or a paper names the wrong carton.",
            remedy: "Ask the shipper which carton it means, then replay the drop.",
            move: .partner),
        CodeEntry(
            "OMS.DATE.ORDER",
            meaning: "A price ends before it begins.",
            cause: "The days were swapped.",
            remedy: "Correct the row at its source.",
            move: .partner),
        CodeEntry(
            "OMS.GTIN.CHECK",
            meaning: "A GTIN has a wrong check digit or a wrong length; the article is taken over.",
            cause: "A typing error, or a number that is no GTIN.",
            remedy: "Correct it at its source.",
            move: .partner),
        CodeEntry(
            "OMS.INV.NEGATIVE",
            meaning: "A count of stock is below zero; the last figure stays.",
            cause: "The warehouse's books are behind its shelves.",
            remedy: "Ask the warehouse to count again.",
            move: .partner),
        CodeEntry(
            "OMS.INV.SHORT",
            meaning:
                "A count found less than a warehouse was told to ship; what it was not told of was back-ordered.",
            cause: "Goods were lost, or a shipment was not reported yet.",
            remedy: "Have the warehouse count again; it will report what it cannot ship as short.",
            move: .partner),
        CodeEntry(
            "OMS.INV.STALE",
            meaning: "A count is older than the one taken over last.",
            cause: "Files arrived out of order.",
            remedy: "Nothing, or ask for a new count.",
            move: .partner),
        CodeEntry(
            "OMS.INV.ZEROED",
            meaning: "A count would bring too many stocked articles to nothing.",
            cause: "An export ended early or lost a column.",
            remedy: "Look at the file; if it is right, raise the channel's limit and replay the drop.",
            move: .ours),
        CodeEntry(
            "OMS.ITEM.SKU",
            meaning: "An article has no SKU.",
            cause: "A column is missing or empty.",
            remedy: "Correct the row at its source.",
            move: .partner),
        CodeEntry(
            "OMS.LOCATION.CODE",
            meaning: "A location has no code.",
            cause: "A column is missing or empty.",
            remedy: "Correct the row at its source.",
            move: .partner),
        CodeEntry(
            "OMS.LOCATION.COORDINATES",
            meaning: "Coordinates of a location are not on the Earth; its postal code says where it is.",
            cause: "Latitude and longitude were swapped, or are not degrees.",
            remedy: "Correct them at their source.",
            move: .partner),
        CodeEntry(
            "OMS.LOCATION.NOT_YOURS",
            meaning: "A partner reports on a location that it does not run.",
            cause: "The location has no partner in the configuration, or the partner mixed up its customers.",
            remedy: "Name the partner for the location, or ask it what it means.",
            move: .ours),
        CodeEntry(
            "OMS.LOCATION.UNKNOWN",
            meaning: "A paper names a location that is not in the books.",
            cause: "The location was never loaded, or the partner uses a code of its own.",
            remedy: "Load the location, or add the partner's code to its map; then replay the drop.",
            move: .ours),
        CodeEntry(
            "OMS.REPLY.STATUS",
            meaning: "A supplier's answer has a status that is not known.",
            cause: "The supplier uses a code of its own.",
            remedy: "Add the code to the supplier's map.",
            move: .ours),
        CodeEntry(
            "OMS.RECEIPT.CHANGED",
            meaning: "A receipt has a number that was taken over already, and another quantity.",
            cause: "The warehouse corrected its paper, or used a number twice.",
            remedy: "Ask which is right; a correction belongs into a count or a receipt of its own.",
            move: .partner),
        CodeEntry(
            "OMS.SHIP.DIFFERENCE",
            meaning: "A warehouse tells a line as complete and says that units are missing.",
            cause: "The status is always the same, or the difference is not what it seems.",
            remedy: "Ask the warehouse which of the two it means.",
            move: .partner),
        CodeEntry(
            "OMS.SHIP.OVER",
            meaning: "A shipper says that it shipped more than was open; nothing of the paper was taken "
                + "over.",
            cause: "A shipment was told twice under two numbers, or the wrong order was named.",
            remedy: "Ask the shipper what really left.",
            move: .partner),
        CodeEntry(
            "OMS.SHIPMENT.CHANGED",
            meaning: "A shipment has a number that was taken over already, and other content.",
            cause: "The shipper corrected its paper, or used a number twice.",
            remedy: "Ask the shipper what really left; a second shipment needs a number of its own.",
            move: .partner),
        CodeEntry(
            "OMS.SHIPMENT.UNKNOWN",
            meaning: "A warehouse confirms a shipping order that is not in the books.",
            cause: "The number was changed on its way, or it is somebody else's.",
            remedy: "Ask the warehouse which shipping order it means.",
            move: .partner),
        CodeEntry(
            "OMS.STATUS.UNKNOWN",
            meaning: "A status word of an article or location is not known.",
            cause: "The source uses a word of its own.",
            remedy: "Add the word to the codes of the map.",
            move: .ours),
    ]
}
