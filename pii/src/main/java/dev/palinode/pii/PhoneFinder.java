package dev.palinode.pii;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import dev.palinode.guard.InterruptibleText;
import dev.palinode.text.PartialText;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Phone numbers: see {@link PersonalDataFinder#phones}.
 *
 * <p>Whether something is a number depends on what follows it: more digits may make it too long,
 * and {@code :30} a time of day. So the text is searched piece by piece, between line ends, commas
 * and the like, which no number contains; and in partial text a number is certain only once
 * something follows that no number goes on with. A word does, unless it names an extension; a full
 * stop or a space does not.
 */
final class PhoneFinder implements PersonalDataFinder {
  /** For international numbers only. */
  private static final String NO_REGION = "ZZ";

  /** What may stand within numbers, as libphonenumber has it, or a little more. */
  private static final Pattern ONLY_GOES_ON =
      Pattern.compile("[\\p{Nd}\\p{Z}\\p{Cf}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Sm}xXｘＸ.:/．／\u2053\u30FC]*");

  /** What a number may begin with. */
  private static final Pattern FIRST = Pattern.compile("[\\p{Nd}\\p{Ps}+\uFF0B]");

  /**
   * Letters within numbers, as libphonenumber has them: in place of a hyphen, before extensions.
   */
  private static final Pattern LETTERS =
      Pattern.compile(
          "[xｘ\u30FC]+|e?xt(?:ensi(?:ó|o\u0301)?)?n?|ｅ?ｘｔｎ?|int|ｉｎｔ|доб|anexo",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  /** Letters, or another character. */
  private static final Pattern PART = Pattern.compile("[\\p{L}\\p{M}]+|[^\\p{L}\\p{M}]");

  /** Text without what ends a number or at most precedes an extension. */
  private static final Pattern PIECE = Pattern.compile("[^\\v\\t,;#\uFF03]+");

  /** See {@link PersonalDataFinder#phonesAsWritten}. */
  static final Pattern WRITTEN =
      Pattern.compile(
          "(?<![\\p{L}\\p{Nd}-])(?<![0-9][.,])"
              + "(?:(?:\\+?1[ .-])?(?:\\([0-9]{3}\\) ?|[0-9]{3}[-. ])[0-9]{3}[-.][0-9]{4}|555-[0-9]{4})"
              + "(?![\\p{L}\\p{Nd}-])(?![.,][0-9])");

  private final PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
  private final String region;

  PhoneFinder(String region) {
    if (!region.equals(NO_REGION) && !numbers.getSupportedRegions().contains(region)) {
      throw new IllegalArgumentException(
          "region %s is unknown: expected an ISO 3166 code such as US or DE, or ZZ for none"
              .formatted(Printable.quote(region)));
    }
    this.region = region;
  }

  @Override
  public List<PersonalData> find(String text, boolean complete) {
    int decided = complete ? text.length() : stablePrefixLength(text);
    List<PersonalData> found = new ArrayList<>();
    for (Matcher piece = PIECE.matcher(text); piece.find(); ) {
      InterruptibleText.requireNotInterrupted();
      // no limit on tries: after it, numbers would be missed
      for (PhoneNumberMatch match :
          numbers.findNumbers(
              new InterruptibleText(piece.group()), region, Leniency.VALID, Long.MAX_VALUE)) {
        int end = piece.start() + match.end();
        if (end <= decided) {
          found.add(new PersonalData(PersonalData.Type.PHONE, piece.start() + match.start(), end));
        }
      }
    }
    return found;
  }

  /** The first character after all that ends a number which may begin one. */
  @Override
  public int stablePrefixLength(String text) {
    String whole = PartialText.wholeCharacters(text);
    int start = whole.length();
    for (Matcher part = PART.matcher(whole); part.find(); ) {
      if (!mayBeWithin(part.group(), part.end() == whole.length())) {
        start = whole.length();
      } else if (start == whole.length() && FIRST.matcher(part.group()).matches()) {
        start = part.start();
      }
    }
    return start;
  }

  private static boolean mayBeWithin(String part, boolean isLast) {
    Matcher letters = LETTERS.matcher(part);
    return letters.matches()
        || (isLast && letters.hitEnd())
        || (PIECE.matcher(part).matches() && ONLY_GOES_ON.matcher(part).matches());
  }
}
