package dev.palinode.guard;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import dev.palinode.storage.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Phone numbers: see {@link PersonalDataFinder#phones}.
 *
 * <p>Whether something is a number depends on what follows it: more digits may make it too long,
 * and {@code :30} a time of day. So in partial text a number is certain only once a character has
 * come behind it that no number goes on with. A comma, a letter or the end of the line does; a full
 * stop or a space does not.
 */
final class PhoneFinder implements PersonalDataFinder {
  /** For international numbers only. */
  private static final String NO_REGION = "ZZ";

  /** What may stand within numbers, as libphonenumber has it, or a little more. */
  private static final Pattern ONLY_GOES_ON =
      Pattern.compile("[\\p{Nd}\\p{Z}\\p{Cf}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Sm}xXｘＸ.:/．／\u2053\u30FC]*");

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
    // no limit on tries: behind it, numbers would be missed
    Iterable<PhoneNumberMatch> matches =
        numbers.findNumbers(whole, region, Leniency.VALID, Long.MAX_VALUE);
    for (PhoneNumberMatch match : matches) {
      if (complete || isCertain(whole, match.end())) {
        found.add(new PersonalData(PersonalData.Type.PHONE, match.start(), match.end()));
      }
    }
    return found;
  }

  private static boolean isCertain(String text, int end) {
    return !ONLY_GOES_ON.matcher(text).region(end, text.length()).matches();
  }
}
