package dev.palinode.pii;

import java.util.regex.Pattern;

/** Postal addresses: see {@link PersonalDataFinder#postalAddresses}. */
final class PostalAddresses {
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

  private static final Pattern ADDRESS =
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

  private PostalAddresses() {}

  static PersonalDataFinder finder() {
    return new PatternFinder(PersonalData.Type.POSTAL_ADDRESS, ADDRESS);
  }
}
