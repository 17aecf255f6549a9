package dev.palinode.data.pii;

/**
 * Recall on the values of one kind.
 *
 * @param kind the name of their slots without the number: NAME, LOC, DATE, ...
 * @param values number of values
 * @param alone hits when the value is the whole text
 * @param inSentence hits when the value is in a sentence that gives no hint of its kind
 */
public record ValueRecall(String kind, int values, Hits alone, Hits inSentence) {
  ValueRecall plus(ValueRecall other) {
    return new ValueRecall(
        kind, values + other.values, alone.plus(other.alone), inSentence.plus(other.inSentence));
  }
}
