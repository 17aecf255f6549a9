package dev.palinode.guard;

import java.util.List;

/**
 * Finds personal data in a text. Implementations are safe for use by several threads; a recogniser
 * of names or addresses takes its place beside or instead of those here.
 */
@FunctionalInterface
public interface PersonalDataFinder {
  /**
   * What is found.
   *
   * @param complete whether nothing follows the text; otherwise what stands at its end may go on,
   *     and only what stays personal data whatever follows is found
   * @return by where they start; may overlap
   */
  List<PersonalData> find(String text, boolean complete);

  /**
   * From where partial text is undecided: whatever follows it, nothing that begins before this
   * offset is found beside what {@link #find} finds in it now.
   *
   * <p>Unless overridden, nothing is decided before the text is complete: a guard that uses such a
   * finder lets nothing out before the end.
   *
   * @return 0 to the text's length
   */
  default int undecidedFrom(String text) {
    return 0;
  }

  /**
   * E-mail addresses of the form people write: letters and digits of any script, dots and the signs
   * that RFC 5321 allows before the {@code @}, a domain of at least two labels behind it,
   * internationalised or not, whose last one is two letters or more. Not found: quoted local parts,
   * addresses of IP numbers, hosts without a dot. A full stop or other punctuation behind an
   * address is no part of it.
   */
  static PersonalDataFinder emails() {
    return new EmailFinder();
  }

  /**
   * Phone numbers that exist by the numbering plan of their country, as libphonenumber knows it.
   *
   * @param region where numbers without a country code are dialled, as ISO 3166 code ({@code US});
   *     {@code ZZ} for none: only numbers that begin with {@code +} are found
   * @throws IllegalArgumentException if there is no such region
   */
  static PersonalDataFinder phones(String region) {
    return new PhoneFinder(region);
  }

  /** Finds what this one finds and what the other one finds. */
  default PersonalDataFinder and(PersonalDataFinder other) {
    return new BothFinders(this, other);
  }
}
