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
import org.apache.commons.lang3.Validate;

/**
 * Phone numbers: see {@link PersonalDataFinder#phones}.
 *
 * <p>Whether a text is a number depends on what follows: more digits may make it too long, and
 * {@code :30} a time of day. So the text is split at characters that no number contains, and each
 * piece is searched alone. In partial text, a number is certain once it is followed by text that no
 * number contains: a word, unless it introduces an extension, but not a full stop or a space.
 */
record PhoneFinder(String region) implements PersonalDataFinder {
  /** The region for international numbers only. */
  private static final String NO_REGION = "ZZ";

  /** Characters that may occur within numbers, in libphonenumber or slightly beyond it. */
  private static final Pattern ONLY_GOES_ON =
      Pattern.compile("[\\p{Nd}\\p{Z}\\p{Cf}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Sm}xXｘＸ.:/．／\u2053\u30FC]*");

  /** Characters that a number may begin with. */
  private static final Pattern FIRST = Pattern.compile("[\\p{Nd}\\p{Ps}+\uFF0B]");

  /** Letters within numbers, as in libphonenumber: instead of a hyphen, or before extensions. */
  private static final Pattern LETTERS =
      Pattern.compile(
          "[xｘ\u30FC]+|e?xt(?:ensi(?:ó|o\u0301)?)?n?|ｅ?ｘｔｎ?|int|ｉｎｔ|доб|anexo",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  /** Letters, or one other character. */
  private static final Pattern PART = Pattern.compile("[\\p{L}\\p{M}]+|[^\\p{L}\\p{M}]");

  /** Text without characters that end a number or only precede an extension. */
  private static final Pattern PIECE = Pattern.compile("[^\\v\\t,;#\uFF03]+");

  private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

  PhoneFinder {
    Validate.isTrue(
        region.equals(NO_REGION) || NUMBERS.getSupportedRegions().contains(region),
        "region %s is unknown: expected an ISO 3166 code such as US or DE, or ZZ for none",
        Printable.quote(region));
  }

  @Override
  public List<PersonalData> find(String text, boolean complete) {
    int decided = complete ? text.length() : stablePrefixLength(text);
    List<PersonalData> found = new ArrayList<>();
    for (Matcher piece = PIECE.matcher(text); piece.find(); ) {
      InterruptibleText.requireNotInterrupted();
      // no limit on tries, which would miss numbers
      for (PhoneNumberMatch match :
          NUMBERS.findNumbers(
              new InterruptibleText(piece.group()), region, Leniency.VALID, Long.MAX_VALUE)) {
        int end = piece.start() + match.end();
        if (end <= decided) {
          found.add(new PersonalData(PersonalData.Type.PHONE, piece.start() + match.start(), end));
        }
      }
    }
    return found;
  }

  /** The first place after the last certain end where a number may begin. */
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
