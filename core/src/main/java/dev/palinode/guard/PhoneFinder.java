package dev.palinode.guard;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import dev.palinode.storage.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Phone numbers: see {@link PersonalDataFinder#phones}.
 *
 * <p>Whether something is a number depends on what follows it: more digits may make it too long,
 * and {@code :30} a time of day. So the text is searched piece by piece, between line ends, commas
 * and the like, which no number needs; and in the last piece of partial text a number is certain
 * only once a character has come behind it that no number goes on with. A letter does it; a full
 * stop or a space does not.
 */
final class PhoneFinder implements PersonalDataFinder {
  /** For international numbers only. */
  private static final String NO_REGION = "ZZ";

  /** What may stand within numbers, as libphonenumber has it, or a little more. */
  private static final Pattern ONLY_GOES_ON =
      Pattern.compile("[\\p{Nd}\\p{Z}\\p{Cf}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Sm}xXｘＸ.:/．／\u2053\u30FC]*");

  /** What ends a number, or at most stands before an extension. */
  private static final Pattern PIECE = Pattern.compile("[^\\v\\t,;#\uFF03]+");

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
    List<PersonalData> found = new ArrayList<>();
    String whole = complete ? text : PartialText.wholeCharacters(text);
    for (Matcher piece = PIECE.matcher(whole); piece.find(); ) {
      boolean isLast = piece.end() == whole.length();
      findIn(piece.group(), piece.start(), complete || !isLast, found);
    }
    return found;
  }

  private void findIn(String piece, int offset, boolean complete, List<PersonalData> found) {
    // no limit on tries: behind it, numbers would be missed
    Iterable<PhoneNumberMatch> matches =
        numbers.findNumbers(piece, region, Leniency.VALID, Long.MAX_VALUE);
    for (PhoneNumberMatch match : matches) {
      if (complete || isCertain(piece, match.end())) {
        found.add(
            new PersonalData(
                PersonalData.Type.PHONE, offset + match.start(), offset + match.end()));
      }
    }
  }

  private static boolean isCertain(String text, int end) {
    return !ONLY_GOES_ON.matcher(text).region(end, text.length()).matches();
  }
}
