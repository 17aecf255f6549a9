package dev.palinode.data.pii;

/**
 * How many values of a kind are found.
 *
 * @param kind the name of their slots without the number: NAME, LOC, DATE, ...
 * @param values how many there are
 * @param alone when the value is the whole text
 * @param inSentence when it stands in a sentence that gives no hint of its kind
 */
public record ValueRecall(String kind, int values, Hits alone, Hits inSentence) {
  ValueRecall plus(ValueRecall other) {
    return new ValueRecall(
        kind, values + other.values, alone.plus(other.alone), inSentence.plus(other.inSentence));
  }
}
