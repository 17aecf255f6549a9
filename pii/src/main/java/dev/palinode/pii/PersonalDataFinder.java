package dev.palinode.pii;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * Finds personal data in a text. Implementations are thread-safe. Combine finders with {@link
 * #and}.
 */
@FunctionalInterface
public interface PersonalDataFinder {
  /**
   * The personal data in a text.
   *
   * @param complete whether the text is complete. Otherwise it may continue, and only data that is
   *     certain whatever follows is reported
   * @return by where they start; may overlap
   * @throws CancellationException if the thread is interrupted, which it then still is; a short
   *     text may be searched to its end first
   */
  List<PersonalData> find(String text, boolean complete);

  /**
   * The length of the prefix that is decided: whatever follows, nothing else is found that begins
   * in it than {@link #find} finds now.
   *
   * <p>The default is 0: a guard with such a finder releases nothing before the text is complete.
   *
   * @return 0 to the text's length
   */
  default int stablePrefixLength(String text) {
    return 0;
  }

  /**
   * E-mail addresses in their common form, of any script. Not found: quoted local parts, addresses
   * with IP numbers, hosts without a dot. Punctuation after an address is not part of it.
   */
  static PersonalDataFinder emails() {
    return new PatternFinder(PersonalData.Type.EMAIL, Patterns.EMAIL);
  }

  /**
   * Phone numbers that are valid in the numbering plan of their country, by libphonenumber.
   *
   * @param region where numbers without a country code are dialled, as ISO 3166 code ({@code US});
   *     {@code ZZ} for none: only numbers that begin with {@code +} are found
   * @throws IllegalArgumentException if there is no such region
   */
  static PersonalDataFinder phones(String region) {
    return new PhoneFinder(region);
  }

  /**
   * Phone numbers in North American notation, such as {@code (212) 555-0123}, valid or not: they
   * also occur in examples and model output.
   */
  static PersonalDataFinder phonesAsWritten() {
    return new PatternFinder(PersonalData.Type.PHONE, Patterns.PHONE);
  }

  /**
   * International bank account numbers (IBAN), unbroken or in groups, with valid country, length
   * and check digits.
   */
  static PersonalDataFinder ibans() {
    return new PatternFinder(PersonalData.Type.IBAN, Patterns.IBAN, Patterns::isIban);
  }

  /**
   * Numbers of payment cards (American Express, Diners, Discover, Mastercard, Visa), unbroken or in
   * their printed groups, with valid range, length and check digit.
   */
  static PersonalDataFinder paymentCards() {
    return new PatternFinder(
        PersonalData.Type.PAYMENT_CARD, Patterns.PAYMENT_CARD, Patterns::isPaymentCard);
  }

  /**
   * IP addresses: version 4 with four numbers, version 6 with at least three groups. Not found:
   * addresses of no particular host, such as {@code 127.0.0.1}; numbers after the word "version".
   */
  static PersonalDataFinder ipAddresses() {
    return new PatternFinder(PersonalData.Type.IP_ADDRESS, Patterns.IP_ADDRESS, Patterns::isHost);
  }

  /**
   * URLs that begin with {@code http}, {@code https}, {@code ftp} or {@code www}, without the
   * punctuation after them. Not found: hosts without a dot, and a bare {@code example.com}, which
   * could be a file name.
   */
  static PersonalDataFinder urls() {
    return new PatternFinder(PersonalData.Type.URL, Patterns.URL);
  }

  /**
   * Dates of birth: dates near words such as "born" or "DOB", which are not part of the result, in
   * digits or with an English month, with or without a year. Not found: a year alone.
   */
  static PersonalDataFinder datesOfBirth() {
    return new PatternFinder(PersonalData.Type.DATE_OF_BIRTH, Patterns.DATE_OF_BIRTH);
  }

  /**
   * Postal addresses: a house number and an English street with its kind ("Street", "Ave", ...),
   * with flat, town and postcode if they follow; a US town with state and ZIP code; a British
   * postcode; a PO box; a German street with its number, with postcode and town if they follow.
   */
  static PersonalDataFinder postalAddresses() {
    return new PatternFinder(PersonalData.Type.POSTAL_ADDRESS, Patterns.POSTAL_ADDRESS);
  }

  /**
   * Numbers that identify a person to an authority or company: US social security numbers, and
   * numbers after words such as "passport no." or "employee ID", which are not part of the result.
   */
  static PersonalDataFinder identifiers() {
    return new PatternFinder(
        PersonalData.Type.IDENTIFIER, Patterns.IDENTIFIER, Patterns::hasIdentifierDigits);
  }

  /**
   * All finders above. Results may overlap: an address may contain a phone number.
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

  /** The union of this finder and another. */
  default PersonalDataFinder and(PersonalDataFinder other) {
    PersonalDataFinder first = this;
    return new PersonalDataFinder() {
      @Override
      public List<PersonalData> find(String text, boolean complete) {
        return Stream.of(first, other)
            .flatMap(finder -> finder.find(text, complete).stream())
            .sorted(Comparator.comparingInt(PersonalData::start))
            .toList();
      }

      @Override
      public int stablePrefixLength(String text) {
        return Math.min(first.stablePrefixLength(text), other.stablePrefixLength(text));
      }
    };
  }

  /**
   * Resolves overlaps, for counting in complete texts; in partial text it finds nothing. Data found
   * by rules takes precedence over data that a language model found, then the longer over the
   * shorter. A dropped span may reach beyond the kept one; to hide data, use the finder without
   * this.
   */
  default PersonalDataFinder withoutOverlaps() {
    return (text, complete) ->
        complete ? PersonalData.withoutOverlaps(find(text, true)) : List.of();
  }
}
