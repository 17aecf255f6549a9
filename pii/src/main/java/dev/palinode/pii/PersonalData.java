package dev.palinode.pii;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.commons.lang3.Validate;

/**
 * A span of personal data in a text.
 *
 * @param type the kind of data
 * @param start offset of its first char
 * @param end offset after its last char, more than {@code start}
 */
public record PersonalData(Type type, int start, int end) {
  /**
   * The kinds of data: first those that rules recognise, then the entity types of the OntoNotes
   * corpus, which a language model recognises from context.
   */
  public enum Type {
    EMAIL("e-mail address"),
    IBAN("bank account number"),
    PAYMENT_CARD("payment card number"),
    IP_ADDRESS("IP address"),
    URL("web address"),
    DATE_OF_BIRTH("date of birth"),
    POSTAL_ADDRESS("postal address"),
    IDENTIFIER("identification number"),
    PHONE("phone number"),

    PERSON("name of a person"),
    GROUP("nationality, religious or political group"),
    FACILITY("name of a building or road"),
    ORGANISATION("name of an organisation"),
    PLACE("name of a place"),
    PRODUCT("name of a product"),
    EVENT("name of an event"),
    WORK("title of a work"),
    LAW("name of a law"),
    LANGUAGE("name of a language"),
    DATE("date"),
    TIME("time of day"),
    PERCENT("percentage"),
    MONEY("sum of money"),
    QUANTITY("measurement"),
    ORDINAL("ordinal number"),
    CARDINAL("number");

    private final String description;

    Type(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }

    /** Whether it is recognised by rules; otherwise by a language model. */
    public boolean isRuleBased() {
      return compareTo(PERSON) < 0;
    }
  }

  private static final Comparator<PersonalData> BEST_FIRST =
      Comparator.comparing((PersonalData data) -> !data.type().isRuleBased())
          .thenComparing(data -> data.start() - data.end())
          .thenComparing(PersonalData::type)
          .thenComparing(PersonalData::start);

  public PersonalData {
    Validate.isTrue(
        start >= 0 && end > start, "%s from %s to %s: expected 0 <= start < end", type, start, end);
  }

  public boolean overlaps(PersonalData other) {
    return start < other.end && other.start < end;
  }

  /** The best of overlapping spans: see {@link PersonalDataFinder#withoutOverlaps}. */
  static List<PersonalData> withoutOverlaps(Collection<PersonalData> found) {
    NavigableMap<Integer, PersonalData> kept = new TreeMap<>();
    for (PersonalData data : found.stream().sorted(BEST_FIRST).toList()) {
      // those kept are disjoint: only the last one that starts before the end can overlap
      Map.Entry<Integer, PersonalData> last = kept.lowerEntry(data.end());
      if (last == null || !data.overlaps(last.getValue())) {
        kept.put(data.start(), data);
      }
    }
    return new ArrayList<>(kept.values());
  }
}
