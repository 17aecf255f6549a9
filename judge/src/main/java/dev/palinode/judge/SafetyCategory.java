package dev.palinode.judge;

/**
 * One kind of unsafe content in the policy of a classifier.
 *
 * @param code as in the classifier's answer, {@code S9}: letters and digits
 * @param name in a few words, without a full stop
 * @param description of the content, one line or more; empty for none
 */
public record SafetyCategory(String code, String name, String description) {
  public SafetyCategory {
    if (!code.matches("[A-Za-z0-9]+")) {
      throw new IllegalArgumentException(
          "category code \"" + code + "\": expected letters and digits, such as S1");
    }
    if (name.isBlank()) {
      throw new IllegalArgumentException("category " + code + " has no name");
    }
  }

  /** A category without a description. */
  public SafetyCategory(String code, String name) {
    this(code, name, "");
  }

  /** The lines in the prompt: {@code S9: Indiscriminate Weapons.}, then the description. */
  String inPrompt() {
    String line = code + ": " + name + ".";
    return description.isEmpty() ? line : line + "\n" + description;
  }

  @Override
  public String toString() {
    return code + " " + name;
  }
}
