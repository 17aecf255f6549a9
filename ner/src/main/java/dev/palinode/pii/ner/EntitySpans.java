package dev.palinode.pii.ner;

import dev.palinode.pii.PersonalData;
import edu.emory.mathcs.nlp.component.template.node.NLPNode;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Converts BILOU tags to data. A tag is {@code O}, or the position of a token in its entity (B
 * first, I inside, L last, U only) and the entity's type: {@code B-PERSON}.
 */
final class EntitySpans {
  /** The types that the model names differently. */
  private static final Map<String, PersonalData.Type> OTHER_NAMES =
      Map.of(
          "NORP", PersonalData.Type.GROUP,
          "FAC", PersonalData.Type.FACILITY,
          "ORG", PersonalData.Type.ORGANISATION,
          "GPE", PersonalData.Type.PLACE,
          "LOC", PersonalData.Type.PLACE,
          "WORK_OF_ART", PersonalData.Type.WORK);

  private EntitySpans() {}

  /** Adds the entities of a sentence; the first node is its root. */
  static void of(NLPNode[] sentence, TextPiece piece, List<PersonalData> found) {
    int start = 0;
    for (int i = 1; i < sentence.length; i++) {
      String tag = sentence[i].getNamedEntityTag();
      if (tag.startsWith("B-") || tag.startsWith("U-")) {
        start = sentence[i].getStartOffset();
      }
      if (tag.startsWith("L-") || tag.startsWith("U-")) {
        add(tag.substring(2), start, sentence[i].getEndOffset(), piece, found);
      }
    }
  }

  /** Adds an entity without the punctuation around it, unless the rest cannot be of its type. */
  private static void add(
      String kind, int start, int end, TextPiece piece, List<PersonalData> found) {
    PersonalData.Type known = OTHER_NAMES.get(kind);
    PersonalData.Type type = known == null ? PersonalData.Type.valueOf(kind) : known;
    String text = piece.text();
    int from = start;
    int to = end;
    while (from < to && !Character.isLetterOrDigit(text.codePointAt(from)) && !isSum(text, from)) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (from < to && !mayEnd(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    if (text.substring(from, to).codePoints().anyMatch(proof(type))) {
      found.add(new PersonalData(type, piece.start() + from, piece.start() + to));
    }
  }

  private static boolean isSum(String text, int at) {
    return Character.getType(text.codePointAt(at)) == Character.CURRENCY_SYMBOL;
  }

  /** Includes the full stop of "Inc.", accents, currency and percent signs. */
  private static boolean mayEnd(int c) {
    return Character.isLetterOrDigit(c)
        || Character.getType(c) == Character.NON_SPACING_MARK
        || Character.getType(c) == Character.COMBINING_SPACING_MARK
        || Character.getType(c) == Character.CURRENCY_SYMBOL
        || ".%!'\u2019".indexOf(c) >= 0;
  }

  /** The model labels amounts as names (the types up to LANGUAGE); a name must have a letter. */
  private static IntPredicate proof(PersonalData.Type type) {
    return type.compareTo(PersonalData.Type.LANGUAGE) <= 0
        ? Character::isLetter
        : Character::isLetterOrDigit;
  }
}
