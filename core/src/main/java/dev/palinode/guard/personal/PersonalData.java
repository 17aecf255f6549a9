package dev.palinode.guard.personal;

import java.util.Locale;

/**
 * A place in a text that tells something of a person.
 *
 * @param type what it tells
 * @param start offset of its first char
 * @param end offset behind its last char, more than {@code start}
 */
public record PersonalData(Type type, int start, int end) {
  /**
   * The kinds that are looked for: first those that are known by their form, then those that a
   * model of language tells from words around them, which are those of the OntoNotes corpus.
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

    /** For a reason: what was found, never the data itself. */
    public String description() {
      return description;
    }

    /** Whether it is known by its form; otherwise a model of language tells it. */
    public boolean hasKnownForm() {
      return compareTo(PERSON) < 0;
    }
  }

  public PersonalData {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s from %d to %d: expected 0 <= start < end", type, start, end));
    }
  }

  /** Whether both have a character in common. */
  public boolean overlaps(PersonalData other) {
    return start < other.end && other.start < end;
  }
}
