package dev.palinode.pii;

import java.util.regex.Pattern;

/** Numbers that identify a person: see {@link PersonalDataFinder#identifiers}. */
final class Identifiers {
  private static final int FEWEST_DIGITS = 4;

  /** The kind of number. */
  private static final String LABEL =
      "(?:passport|driv(?:er['\u2019]?s?|ing) licen[cs]e|social security|ssn|national insurance|nhs"
          + "|tax(?:payer)?(?: identification)?|(?:bank )?account|acct\\.?|policy|insurance"
          + "|member(?:ship)?|employee|staff|student|patient|medical record|mrn|customer"
          + "|client|identity card|id card|national id|licen[cs]e plate|vin|imei)";

  /** At least one word or sign that introduces a number. */
  private static final String COMES =
      "(?:(?: (?:number|num\\.?|no\\.?|nr\\.?|id)| ?[#\u2116])(?: ?(?:is|was|:|=|#) ?| )|(?: is)?: ?)";

  private static final String PART = "[A-Z]{0,5}[0-9][0-9A-Z]{0,17}";

  private static final String NUMBER =
      "((?:[A-Z]{1,5}[ -])?PART(?:[ /-]PART){0,6})(?![\\p{L}\\p{Nd}])".replace("PART", PART);

  private static final String SOCIAL_SECURITY =
      "(?<![-.,])((?!000|666|9[0-9]{2})[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4})(?![\\p{L}\\p{Nd}-])";

  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "(?<![\\p{L}\\p{Nd}])(?:(?i:LABELCOMES)NUMBER|SSN)"
              .replace("LABEL", LABEL)
              .replace("COMES", COMES)
              .replace("NUMBER", NUMBER)
              .replace("SSN", SOCIAL_SECURITY));

  private Identifiers() {}

  static PersonalDataFinder finder() {
    return new PatternFinder(
        PersonalData.Type.IDENTIFIER,
        IDENTIFIER,
        number -> number.chars().filter(Character::isDigit).count() >= FEWEST_DIGITS);
  }
}
