public import Diagnostics

/// The findings and holds of this module, by code.
public enum RulesCodes {
    /// What `docs/codes.md` and `crossdock explain CODE` say about them.
    public static let all: [CodeEntry] = orders + stock

    private static let orders: [CodeEntry] = [
        CodeEntry(
            "DUP.ORDER",
            meaning: "A document has the number of an order that was accepted already.",
            cause: "The partner sent the order again, or twice in one file.",
            remedy: "Nothing, when the content is the same; otherwise ask the partner which of the two it "
                + "means.",
            move: .partner),
        CodeEntry(
            "OMS.ADDRESS.COUNTRY",
            meaning: "An order goes to a country whose orders a person looks at.",
            cause: "`holds.countries` names the country.",
            remedy: "Look whether the goods may go there, then release or cancel the order.",
            move: .ours),
        CodeEntry(
            "OMS.ADDRESS.INCOMPLETE",
            meaning: "The ship-to of an order lacks what its country's addresses need.",
            cause: "The customer left a field empty, or the partner sends a store number instead of an "
                + "address.",
            remedy: "Ask the partner for the address; `addressCheck` of the channel says whether "
                + "addresses are looked at.",
            move: .partner),
        CodeEntry(
            "OMS.ADDRESS.POSTAL",
            meaning: "The postal code of an order has not the form of its country.",
            cause: "A leading zero was lost in a spreadsheet, or country and code do not belong together.",
            remedy: "Ask the partner for the right code.",
            move: .partner),
        CodeEntry(
            "OMS.AMOUNT.PRECISION",
            meaning: "An amount of money has more digits than its currency.",
            cause: "A price was sent where an amount belongs.",
            remedy: "Ask the partner for the amount in whole minor units.",
            move: .partner),
        CodeEntry(
            "OMS.AMOUNT.RANGE",
            meaning: "Amounts of an order are too large or too fine to be held.",
            cause: "A quantity or a price is wrong.",
            remedy: "Ask the partner to correct quantity and price.",
            move: .partner),
        CodeEntry(
            "OMS.COUNT.MISMATCH",
            meaning: "The partner's count of lines or units is not that of the order; the order goes on.",
            cause: "The partner counts differently, or a line got lost on its side.",
            remedy: "Compare with the partner's order.",
            move: .partner),
        CodeEntry(
            "OMS.CURRENCY.MIXED",
            meaning: "An order has lines in two currencies.",
            cause: "The partner put two orders into one.",
            remedy: "Ask for one order for each currency.",
            move: .partner),
        CodeEntry(
            "OMS.CURRENCY.UNKNOWN",
            meaning: "A currency is none of ISO 4217.",
            cause: "The partner writes a sign or a word of its own.",
            remedy: "Add the word to the codes of the partner's map.",
            move: .ours),
        CodeEntry(
            "OMS.DOCUMENT.KIND",
            meaning: "A document came to rules that do not decide its kind.",
            cause: "The channel's document and its map do not agree.",
            remedy: "Correct the channel's `document` or its map.",
            move: .ours),
        CodeEntry(
            "OMS.DROPSHIP.INCOMPLETE",
            meaning: "An article that only its supplier ships has no supplier or no cost.",
            cause: "The catalogue is incomplete.",
            remedy: "Load the article with supplier and cost; the order is then decided by itself.",
            move: .ours),
        CodeEntry(
            "OMS.ITEM.BLOCKED",
            meaning: "An order wants an article that may not be sold.",
            cause: "The article was blocked after the partner took it up.",
            remedy: "Activate the article or cancel the line.",
            move: .ours),
        CodeEntry(
            "OMS.LINE.CLOSED",
            meaning: "A line of a shop's order was shipped or restocked there already; the order goes on "
                + "without it.",
            cause: "Somebody shipped it outside of us.",
            remedy: "Nothing, unless we should have shipped it.",
            move: .wait),
        CodeEntry(
            "OMS.LINE.DUPLICATE",
            meaning: "An order has a line number twice, or a count an article.",
            cause: "The partner's system repeated a row.",
            remedy: "Ask the partner to send it again with each line once.",
            move: .partner),
        CodeEntry(
            "OMS.ORDER.CANCEL_ASKED",
            meaning:
                "The partner asked to cancel an order; nothing more of it goes out until that is settled.",
            cause: "A cancellation came for an order that was accepted already.",
            remedy: "Settle it with the partner, then release or cancel the order.",
            move: .ours),
        CodeEntry(
            "OMS.ORDER.CHANGED",
            meaning: "A document would change an order that was accepted already.",
            cause: "The partner changed or cancelled the order.",
            remedy: "Compare the two and settle it with the partner.",
            move: .ours),
        CodeEntry(
            "OMS.ORDER.CLOSED",
            meaning: "A new order of a shop has nothing to ship.",
            cause: "It was refunded, cancelled or shipped before we saw it.",
            remedy: "Nothing, unless we should have shipped it.",
            move: .wait),
        CodeEntry(
            "OMS.ORDER.DAMAGED",
            meaning: "The stored document of an order cannot be read.",
            cause: "The books were changed from outside.",
            remedy: "Run `crossdock verify`.",
            move: .ours),
        CodeEntry(
            "OMS.ORDER.EMPTY",
            meaning: "An order has no lines.",
            cause: "The partner's export lost them.",
            remedy: "Ask the partner to send the order again.",
            move: .partner),
        CodeEntry(
            "OMS.ORDER.EXPIRED",
            meaning: "The day after which the partner does not want the goods is past.",
            cause: "The order came late, or waited long.",
            remedy: "Ask whether the goods are still wanted, then release or cancel the order.",
            move: .ours),
        CodeEntry(
            "OMS.ORDER.NOT_YOURS",
            meaning: "A partner reports on an order or a purchase order of somebody else.",
            cause: "The partner mixed up its customers, or the location has no partner in the configuration.",
            remedy: "Ask the partner what it means.",
            move: .partner),
        CodeEntry(
            "OMS.ORDER.NUMBER",
            meaning: "An order has no number.",
            cause: "A field is missing or empty.",
            remedy: "Ask the partner to send the order with its number.",
            move: .partner),
        CodeEntry(
            "OMS.ORDER.UNKNOWN",
            meaning: "A document refers to an order or purchase order that is not in the books.",
            cause: "The original never arrived, or the number is wrong.",
            remedy: "Ask the partner for the original, then replay the drop.",
            move: .partner),
        CodeEntry(
            "OMS.PAYMENT.PENDING",
            meaning: "A shop says that the order is not paid yet.",
            cause: "The payment takes its time.",
            remedy: "Wait: the order is decided when the shop reports the payment.",
            move: .wait),
        CodeEntry(
            "OMS.ORDER.REVIEW",
            meaning: "The total of an order is above what goes on without a look.",
            cause: "`holds.review_above` sets the limit.",
            remedy: "Look at the order, then release it.",
            move: .ours),
        CodeEntry(
            "OMS.PRICE.DIFFERS",
            meaning: "The price of a line is further from our list than `validation.price_tolerance` allows.",
            cause: "One of the two is out of date.",
            remedy: "Agree with the partner, then release the order or correct our list.",
            move: .ours),
        CodeEntry(
            "OMS.PRICE.MISSING",
            meaning: "A line has no price, and our list has none.",
            cause: "The partner leaves prices to us, and the article has none in this currency.",
            remedy: "Load a price; the order is then decided by itself.",
            move: .ours),
        CodeEntry(
            "OMS.PRICE.NEGATIVE",
            meaning: "A price is below zero or missing.",
            cause: "A discount was sent as a line.",
            remedy: "Ask the partner to send discounts as such.",
            move: .partner),
        CodeEntry(
            "OMS.QTY.FRACTION",
            meaning: "A quantity is not a whole number of stock units; the line is refused.",
            cause: "The unit is wrong, or the quantity is a weight.",
            remedy: "Ask the partner to correct the quantity.",
            move: .partner),
        CodeEntry(
            "OMS.QTY.MISSING",
            meaning: "A line has no quantity.",
            cause: "A field is missing or empty.",
            remedy: "Ask the partner to correct the line.",
            move: .partner),
        CodeEntry(
            "OMS.QTY.NEGATIVE",
            meaning: "A quantity is below zero.",
            cause: "A return or a cancellation was sent as an order.",
            remedy: "Ask the partner to send it as such.",
            move: .partner),
        CodeEntry(
            "OMS.QTY.RANGE",
            meaning: "A quantity is too large to be meant.",
            cause: "A number stands in the wrong field.",
            remedy: "Ask the partner to correct the quantity.",
            move: .partner),
        CodeEntry(
            "OMS.QTY.ZERO",
            meaning: "A quantity is zero; the line is refused.",
            cause: "The partner cancelled the line that way.",
            remedy: "Ask the partner to leave such lines out.",
            move: .partner),
        CodeEntry(
            "OMS.SKU.AMBIGUOUS",
            meaning: "The names of a line belong to two articles.",
            cause: "Two articles share a part number, or the partner mixed up two.",
            remedy: "Correct the part numbers, or ask the partner which article it wants.",
            move: .ours),
        CodeEntry(
            "OMS.SKU.UNKNOWN",
            meaning: "An article is not in the catalogue.",
            cause: "It was not loaded yet, or the partner uses a number of its own.",
            remedy: "Load the article or its part number; held orders are then decided by themselves.",
            move: .ours),
        CodeEntry(
            "OMS.STOCK.NONE",
            meaning: "No allowed location has what an order wants, and the article is not back-ordered.",
            cause: "It is sold out.",
            remedy: "Load stock and run again, or allow back-orders for the channel.",
            move: .ours),
        CodeEntry(
            "OMS.TOTAL.MISMATCH",
            meaning: "The total that the partner gives is not the sum of its parts.",
            cause: "A discount, a charge or tax is missing in the file, or was put in twice.",
            remedy: "Compare with the partner's order, then release it or ask for a correction.",
            move: .partner),
        CodeEntry(
            "OMS.UNIT.UNKNOWN",
            meaning: "A unit is neither the article's own nor its case.",
            cause: "The article has no pack quantity, or the partner sells it by another unit.",
            remedy: "Add the pack quantity to the article, or the unit to the partner's codes.",
            move: .ours),
    ]
}
