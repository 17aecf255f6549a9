package dev.palinode.pii;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.validator.routines.CreditCardValidator;
import org.apache.commons.validator.routines.IBANValidator;

/** Numbers of bank accounts and payment cards, validated by length and check digits. */
final class Accounts {
  private static final String BETWEEN = "[ \u00A0-]";

  private static final long BRANDS =
      CreditCardValidator.AMEX
          + CreditCardValidator.DINERS
          + CreditCardValidator.DISCOVER
          + CreditCardValidator.MASTERCARD
          + CreditCardValidator.VISA;

  /** Unbroken, or in printed groups: of four digits, 4-6-4 or 4-6-5. */
  private static final Pattern CARD =
      Pattern.compile(
          ("(?<![0-9A-Za-z])(?<![0-9][.,])"
                  + "(?:[0-9]{13,19}"
                  + "|[0-9]{4}(?:B[0-9]{4}){3}(?:B[0-9]{3})?"
                  + "|[0-9]{4}B[0-9]{6}B[0-9]{4,5})"
                  + "(?![0-9A-Za-z])(?![.,][0-9])")
              .replace("B", BETWEEN));

  private Accounts() {}

  /** The country's length decides where a number ends if a word in capitals follows it. */
  static PersonalDataFinder ibans() {
    IBANValidator validator = IBANValidator.getInstance();
    String numbers =
        Stream.concat(Stream.of(Locale.getISOCountries()), Stream.of("XK"))
            .filter(validator::hasValidator)
            .map(country -> country + rest(validator.getValidator(country).getIbanLength() - 4))
            .collect(joining("|"));
    Pattern pattern = Pattern.compile("(?<![0-9A-Za-z])(?:" + numbers + ")(?![0-9A-Za-z])");
    return new PatternFinder(
        PersonalData.Type.IBAN, pattern, number -> validator.isValid(inOnePiece(number)));
  }

  private static String rest(int length) {
    return "[0-9]{2}(?:" + BETWEEN + "?[0-9A-Z]){" + length + "}";
  }

  static PersonalDataFinder paymentCards() {
    CreditCardValidator validator = new CreditCardValidator(BRANDS);
    return new PatternFinder(
        PersonalData.Type.PAYMENT_CARD, CARD, number -> validator.isValid(inOnePiece(number)));
  }

  private static String inOnePiece(String number) {
    return number.replaceAll(BETWEEN, "");
  }
}
