package dev.palinode.guard;

/**
 * A place in a text that tells something of a person.
 *
 * @param type what it tells
 * @param start offset of its first char
 * @param end offset behind its last char, more than {@code start}
 */
public record PersonalData(Type type, int start, int end) {
  /** The kinds that are looked for. */
  public enum Type {
    EMAIL("e-mail address"),
    PHONE("phone number");

    private final String description;

    Type(String description) {
      this.description = description;
    }

    /** For a reason: what was found, never the data itself. */
    public String description() {
      return description;
    }
  }

  public PersonalData {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException(
          "%s from %d to %d: expected 0 <= start < end".formatted(type, start, end));
    }
  }
}
