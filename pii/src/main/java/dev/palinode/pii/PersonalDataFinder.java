package dev.palinode.pii;

import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Finds personal data in a text. Implementations are safe for use by several threads; a recogniser
 * of names or addresses takes its place beside or instead of those here.
 */
@FunctionalInterface
public interface PersonalDataFinder {
  /**
   * What is found.
   *
   * @param complete whether nothing follows the text; otherwise the text at its end may go on, and
   *     only what stays personal data whatever follows is found
   * @return by where they start; may overlap
   * @throws CancellationException if the thread is interrupted, which it then still is; a short
   *     text may be searched to its end first
   */
  List<PersonalData> find(String text, boolean complete);

  /**
   * The offset from which partial text is undecided: whatever follows it, nothing is found that
   * begins before this offset except what {@link #find} finds now.
   *
   * <p>Unless overridden, nothing is decided before the text is complete: a guard with such a
   * finder releases nothing before the end.
   *
   * @return 0 to the text's length
   */
  default int stablePrefixLength(String text) {
    return 0;
  }

  /**
   * E-mail addresses of the form people write: letters and digits of any script, dots and the signs
   * that RFC 5321 allows before the {@code @}, a domain of at least two labels after it,
   * internationalised or not, whose last one is two letters or more. Not found: quoted local parts,
   * addresses of IP numbers, hosts without a dot. A full stop or other punctuation after an address
   * is not part of it.
   */
  static PersonalDataFinder emails() {
    return Internet.emails();
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

  /**
   * Phone numbers by the way they are written in North America, such as {@code (212) 555-0123},
   * whether there are such numbers or not: those of examples, and those that a model invents.
   */
  static PersonalDataFinder phonesAsWritten() {
    return new PatternFinder(PersonalData.Type.PHONE, PhoneFinder.WRITTEN);
  }

  /**
   * Bank accounts by their international number (IBAN), in one piece or in groups: country, length
   * and check digits are right.
   */
  static PersonalDataFinder ibans() {
    return Accounts.ibans();
  }

  /**
   * Numbers of payment cards (American Express, Diners, Discover, Mastercard, Visa), in one piece
   * or in the groups that are printed on them: range, length and check digit are right.
   */
  static PersonalDataFinder paymentCards() {
    return Accounts.paymentCards();
  }

  /**
   * IP addresses, of version 4 in four numbers and of version 6 in at least three groups. Not
   * found: those that name no host of one's own, such as {@code 127.0.0.1}; numbers after the word
   * "version".
   */
  static PersonalDataFinder ipAddresses() {
    return Internet.ipAddresses();
  }

  /**
   * Addresses of pages: with {@code http}, {@code https} or {@code ftp} before them, or {@code
   * www}. Not found: a bare {@code example.com}, which cannot be told from a file's name, and hosts
   * without a dot. Punctuation after an address is not part of it.
   */
  static PersonalDataFinder urls() {
    return Internet.urls();
  }

  /**
   * Dates by which somebody was born: near words such as "born", "date of birth", "DOB" or
   * "birthday", in digits or with an English month, the year there or not. Found is the date
   * without the words. Not found: a year alone.
   */
  static PersonalDataFinder datesOfBirth() {
    return DatesOfBirth.finder();
  }

  /**
   * Postal addresses: a house number and an English street with its kind ("Street", "Ave", ...),
   * with flat, town and code if they follow; a US town with state and ZIP code; a British postcode;
   * a PO box; a German street with its number, with code and town if they follow.
   */
  static PersonalDataFinder postalAddresses() {
    return PostalAddresses.finder();
  }

  /**
   * Numbers under which offices and firms keep people: US social security numbers, and numbers
   * after words such as "passport no.", "driver's licence", "account number", "employee ID". Found
   * is the number without the words.
   */
  static PersonalDataFinder identifiers() {
    return Identifiers.finder();
  }

  /**
   * All that is known by its form: all of those above. They overlap: a phone number may stand in an
   * address.
   *
   * @param region as for {@link #phones}
   */
  static PersonalDataFinder ruleBased(String region) {
    return emails()
        .and(phones(region))
        .and(phonesAsWritten())
        .and(ibans())
        .and(paymentCards())
        .and(ipAddresses())
        .and(urls())
        .and(datesOfBirth())
        .and(postalAddresses())
        .and(identifiers());
  }

  /** Finds what this one finds and what the other one finds. */
  default PersonalDataFinder and(PersonalDataFinder other) {
    return new CompositeFinder(this, other);
  }

  /**
   * Finds each piece of text once, for counting complete texts; in partial text it finds nothing.
   * Of what overlaps, data of a known form win over what a language model found, then the longer
   * over the shorter: a person in an e-mail address, and an e-mail address in a URL, do not count.
   * What is dropped may reach beyond what is kept; to hide data, use the finder without this.
   */
  default PersonalDataFinder withoutOverlaps() {
    return (text, complete) ->
        complete ? PersonalData.withoutOverlaps(find(text, true)) : List.of();
  }
}
