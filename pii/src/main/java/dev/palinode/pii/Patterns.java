package dev.palinode.pii;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.validator.routines.CreditCardValidator;
import org.apache.commons.validator.routines.IBANValidator;
import org.apache.commons.validator.routines.InetAddressValidator;

/**
 * The regular expressions of rule-based finders, and checks of what they match: see the methods of
 * {@link PersonalDataFinder}.
 */
final class Patterns {
  // Internet

  /**
   * A local part with the characters that RFC 5321 allows. Of the signs, only plus and underscore
   * may be first: others more likely precede an address. The last label has letters only, as {@code
   * v@2.rc1} names a version.
   */
  static final Pattern EMAIL =
      Pattern.compile(
          ("[A+_][A.!#$%&'*+/=?^_`{|}~-]{0,63}(?<!\\.)"
                  + "@(?:[A](?:[A-]{0,61}[A])?\\.){1,10}"
                  + "(?:xn--[A-]{0,58}[A]|\\p{L}[\\p{L}\\p{M}]{1,62})(?![A])")
              .replace("A", "\\p{L}\\p{M}\\p{Nd}"),
          Pattern.CASE_INSENSITIVE);

  static final Pattern IP_ADDRESS =
      Pattern.compile(
          "(?<![\\p{L}\\p{Nd}_.:-])(?<!(?i:version|ver\\.|release) )"
              + "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?!\\.[0-9])"
              + "|[0-9A-Fa-f:]{4,38}[0-9A-Fa-f](?!:[0-9A-Fa-f]))"
              + "(?![\\p{L}\\p{Nd}_-])");

  /** IP addresses of no single host: unspecified, loopback, link-local, multicast and reserved. */
  private static final Pattern NOBODYS =
      Pattern.compile("(?:0|127|22[4-9]|2[3-5][0-9])\\..*|169\\.254\\..*|::1?|fe80:.*");

  private static final String HOST_LABEL = "[\\p{L}\\p{Nd}](?:[\\p{L}\\p{Nd}_-]{0,62})";

  static final Pattern URL =
      Pattern.compile(
          ("(?<![\\p{L}\\p{Nd}@._/-])"
                  + "(?:(?i:https?|ftp)://(?:[^\\s/@<>\"]{1,64}@)?HOST_LABEL(?:\\.HOST_LABEL){1,10}"
                  + "|(?i:www)\\.HOST_LABEL(?:\\.HOST_LABEL){1,10})"
                  + "(?::[0-9]{1,5})?"
                  + "(?:[/?#](?:[^\\s<>\"{}|\\\\^`]{0,2000}[\\p{L}\\p{Nd}/_=&#~%+-])?)?")
              .replace("HOST_LABEL", HOST_LABEL));

  /** Whether it is an address of a single host. */
  static boolean isHost(String address) {
    InetAddressValidator validator = InetAddressValidator.getInstance();
    boolean isAddress =
        address.indexOf(':') < 0
            ? validator.isValidInet4Address(address)
            // two groups might be a name in a program: dead::beef
            : address.chars().filter(c -> c == ':').count() > 2
                && validator.isValidInet6Address(address);
    return isAddress && !NOBODYS.matcher(address).matches();
  }

  // Accounts

  /** Separates groups of digits. */
  private static final String BETWEEN = "[ \u00A0-]";

  private static final long BRANDS =
      CreditCardValidator.AMEX
          + CreditCardValidator.DINERS
          + CreditCardValidator.DISCOVER
          + CreditCardValidator.MASTERCARD
          + CreditCardValidator.VISA;

  /** Unbroken, or in printed groups: of four digits, 4-6-4 or 4-6-5. */
  static final Pattern PAYMENT_CARD =
      Pattern.compile(
          ("(?<![0-9A-Za-z])(?<![0-9][.,])"
                  + "(?:[0-9]{13,19}"
                  + "|[0-9]{4}(?:B[0-9]{4}){3}(?:B[0-9]{3})?"
                  + "|[0-9]{4}B[0-9]{6}B[0-9]{4,5})"
                  + "(?![0-9A-Za-z])(?![.,][0-9])")
              .replace("B", BETWEEN));

  /** The country's length decides where a number ends if a word in capitals follows it. */
  static final Pattern IBAN =
      Pattern.compile(
          "(?<![0-9A-Za-z])(?:"
              + Stream.concat(Stream.of(Locale.getISOCountries()), Stream.of("XK"))
                  .filter(IBANValidator.getInstance()::hasValidator)
                  .map(Patterns::iban)
                  .collect(joining("|"))
              + ")(?![0-9A-Za-z])");

  private static String iban(String country) {
    int length = IBANValidator.getInstance().getValidator(country).getIbanLength() - 4;
    return country + "[0-9]{2}(?:" + BETWEEN + "?[0-9A-Z]){" + length + "}";
  }

  static boolean isIban(String number) {
    return IBANValidator.getInstance().isValid(number.replaceAll(BETWEEN, ""));
  }

  static boolean isPaymentCard(String number) {
    return new CreditCardValidator(BRANDS).isValid(number.replaceAll(BETWEEN, ""));
  }

  // Numbers of persons

  private static final int FEWEST_IDENTIFIER_DIGITS = 4;

  /** The kind of number. */
  private static final String NUMBER_LABEL =
      "(?:passport|driv(?:er['\u2019]?s?|ing) licen[cs]e|social security|ssn|national insurance|nhs"
          + "|tax(?:payer)?(?: identification)?|(?:bank )?account|acct\\.?|policy|insurance"
          + "|member(?:ship)?|employee|staff|student|patient|medical record|mrn|customer"
          + "|client|identity card|id card|national id|licen[cs]e plate|vin|imei)";

  /** At least one word or sign that introduces a number. */
  private static final String COMES =
      "(?:(?: (?:number|num\\.?|no\\.?|nr\\.?|id)| ?[#\u2116])(?: ?(?:is|was|:|=|#) ?| )|(?: is)?: ?)";

  private static final String NUMBER_PART = "[A-Z]{0,5}[0-9][0-9A-Z]{0,17}";

  private static final String NUMBER =
      "((?:[A-Z]{1,5}[ -])?PART(?:[ /-]PART){0,6})(?![\\p{L}\\p{Nd}])".replace("PART", NUMBER_PART);

  private static final String SOCIAL_SECURITY =
      "(?<![-.,])((?!000|666|9[0-9]{2})[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4})(?![\\p{L}\\p{Nd}-])";

  static final Pattern IDENTIFIER =
      Pattern.compile(
          "(?<![\\p{L}\\p{Nd}])(?:(?i:LABELCOMES)NUMBER|SSN)"
              .replace("LABEL", NUMBER_LABEL)
              .replace("COMES", COMES)
              .replace("NUMBER", NUMBER)
              .replace("SSN", SOCIAL_SECURITY));

  static final Pattern PHONE =
      Pattern.compile(
          "(?<![\\p{L}\\p{Nd}-])(?<![0-9][.,])"
              + "(?:(?:\\+?1[ .-])?(?:\\([0-9]{3}\\) ?|[0-9]{3}[-. ])[0-9]{3}[-.][0-9]{4}|555-[0-9]{4})"
              + "(?![\\p{L}\\p{Nd}-])(?![.,][0-9])");

  static boolean hasIdentifierDigits(String number) {
    return number.chars().filter(Character::isDigit).count() >= FEWEST_IDENTIFIER_DIGITS;
  }

  // Dates and addresses

  private static final String MONTH =
      "(?:jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?|july?"
          + "|aug(?:ust|\\.)?|sept?(?:ember|\\.)?|oct(?:ober|\\.)?|nov(?:ember|\\.)?"
          + "|dec(?:ember|\\.)?)";

  private static final String DAY = "(?:0?[1-9]|[12][0-9]|3[01])";

  private static final String YEAR = "(?:1[89]|20)[0-9]{2}";

  private static final String DATE =
      ("(?<![\\p{L}\\p{Nd}])"
              + "(YEAR[-/.](?:0?[1-9]|1[0-2])[-/.]DAY"
              + "|DAY[-/.]DAY[-/.](?:YEAR|[0-9]{2})"
              + "|DAY(?:st|nd|rd|th)?(?: of)?[ -]MONTH(?:,?[ -]YEAR)?"
              + "|MONTH DAY(?:st|nd|rd|th)?(?:,? YEAR)?)"
              + "(?![\\p{L}\\p{Nd}])")
          .replace("YEAR", YEAR)
          .replace("MONTH", MONTH)
          .replace("DAY", DAY);

  /** A few words may be between, but no other number and no end of a sentence. */
  static final Pattern DATE_OF_BIRTH =
      Pattern.compile(
          ("(?<![\\p{L}\\p{Nd}])"
                  + "(?:(?:born|date of birth|birth[ -]?date|birthday|dob|d\\.o\\.b\\.)"
                  + "(?![\\p{L}\\p{Nd}])[^\\p{Nd}\\v.!?]{0,30}?DATE"
                  + "|DATE,? (?:is|was) (?:my|your|his|her|our|their|\\p{L}{1,20}['\u2019]s)"
                  + " (?:birthday|birth ?date|date of birth))")
              .replace("DATE", DATE),
          Pattern.CASE_INSENSITIVE);

  /** A capitalised word, as in streets and towns. */
  private static final String NAME = "\\p{Lu}[\\p{L}'\u2019.-]{0,30}";

  private static final String PLACE = "NAME(?: NAME){0,3}".replace("NAME", NAME);

  /** A separator: a comma, one or two blanks, or a line end, in combination. */
  private static final String NEXT = "(?:,?[ ]{1,2}|,?[ ]?\\n)";

  private static final String ZIP =
      "(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI"
          + "|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) [0-9]{5}(?:-[0-9]{4})?(?![0-9A-Za-z-])";

  private static final String POSTCODE =
      "[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNPR-Y]? [0-9][ABD-HJLNP-UW-Z]{2}(?![0-9A-Za-z])";

  private static final String STREET_KIND =
      "(?:Street|Avenue|Road|Boulevard|Lane|Drive|Court|Place|Square|Terrace|Way|Parkway|Highway"
          + "|Circle|Crescent|Close|Gardens|Grove|Mews|Trail|Alley"
          + "|(?:St|Ave|Rd|Blvd|Ln|Dr|Ct|Pl|Sq|Pkwy|Hwy)\\.?)(?![\\p{L}\\p{Nd}])";

  private static final String FLAT =
      "(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room)\\.? ?#?[0-9A-Za-z]{1,5}|#[0-9A-Za-z]{1,5}";

  private static final String ENGLISH =
      ("[0-9]{1,5}[A-Za-z]?(?:-[0-9]{1,5})? (?:[NSEW]\\.? )?"
          + "(?:NAME|[0-9]{1,3}(?:st|nd|rd|th))(?: NAME){0,3}? STREET"
          + "(?: [NSEW]{1,2}(?![\\p{L}\\p{Nd}]))?"
          + "(?:NEXT(?:FLAT))?"
          + "(?:(?:NEXTPLACE){1,2}NEXT(?:ZIP|POSTCODE)|NEXT(?:ZIP|POSTCODE))?");

  /** English has no words with these endings. */
  private static final String GERMAN =
      "(?:\\p{Lu}[\\p{L}.-]{2,40}(?:straße|strasse|str\\.|gasse|allee|weg|platz|damm|ufer)"
          + "|(?:NAME ){1,2}(?:Straße|Strasse|Str\\.|Gasse|Allee|Weg|Platz|Damm|Ufer))"
          + " [0-9]{1,4}(?: ?[a-z](?![\\p{L}\\p{Nd}]))?(?![0-9])"
          + "(?:NEXT(?:D-)?[0-9]{5} PLACE)?";

  static final Pattern POSTAL_ADDRESS =
      Pattern.compile(
          ("(?<![\\p{L}\\p{Nd}$\u20AC\u00A3.,#-])"
                  + "(?:ENGLISH"
                  + "|GERMAN"
                  + "|PLACE,? ZIP"
                  + "|(?:PLACE,? )?POSTCODE"
                  + "|(?i:p\\.? ?o\\.? ?box) [0-9]{1,6}(?![\\p{L}\\p{Nd}]))")
              .replace("ENGLISH", ENGLISH)
              .replace("GERMAN", GERMAN)
              .replace("STREET", STREET_KIND)
              .replace("FLAT", FLAT)
              .replace("NEXT", NEXT)
              .replace("PLACE", PLACE)
              .replace("NAME", NAME)
              .replace("POSTCODE", POSTCODE)
              .replace("ZIP", ZIP));

  private Patterns() {}
}
