package dev.palinode.pii;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each rule-based finder recognises, and what it leaves alone. Numbers are made up or of
 * manuals.
 */
class PatternsTest {
  private static String found(PersonalDataFinder finder, String text) {
    return finder.find(text, true).stream()
        .map(data -> text.substring(data.start(), data.end()))
        .reduce("", (all, each) -> all + "[" + each + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "call (555) 123-4567., [(555) 123-4567]",
    "'+1 555-123-4567, 555.123.4567', [+1 555-123-4567][555.123.4567]",
    "at 555-0123 now, [555-0123]",
    "444-0123, ''",
    "1990-12-1234, ''",
    "555-123-45678, ''",
    "0555-123-4567, ''",
  })
  void phonesAsWritten_areWrittenLikeNumbers(String text, String expected) {
    assertThat(found(PersonalDataFinder.phonesAsWritten(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "pay to GB82 WEST 1234 5698 7654 32 please, [GB82 WEST 1234 5698 7654 32]",
    "GB82WEST12345698765432, [GB82WEST12345698765432]",
    "DE89 3704 0044 0532 0130 00 IS MINE, [DE89 3704 0044 0532 0130 00]",
    "'(NO93-8601-1117-947).', [NO93-8601-1117-947]",
    "GB83 WEST 1234 5698 7654 32, ''",
    "GB82 WEST 1234 5698 7654 321, ''",
    "XX82 WEST 1234 5698 7654 32, ''",
    "AGB82WEST12345698765432, ''",
  })
  void ibans_withRightCheckDigits(String text, String expected) {
    assertThat(found(PersonalDataFinder.ibans(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "card 4111 1111 1111 1111 12/27, [4111 1111 1111 1111]",
    "4111-1111-1111-1111., [4111-1111-1111-1111]",
    "4111111111111111 and 5555555555554444, [4111111111111111][5555555555554444]",
    "3782 822463 10005, [3782 822463 10005]",
    "77 4111 1111 1111 1111, [4111 1111 1111 1111]",
    "4111 1111 1111 1112, ''",
    "41111111111111111, ''",
    "4111111111111111.5, ''",
    "1234567812345670, ''",
    "41 11 11 11 11 11 11 11, ''",
  })
  void paymentCards_ofKnownBrands_withRightCheckDigits(String text, String expected) {
    assertThat(found(PersonalDataFinder.paymentCards(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "from 192.0.2.44., [192.0.2.44]",
    "'192.0.2.44:8080, 10.1.2.3', [192.0.2.44][10.1.2.3]",
    "at 2001:db8::8a2e:370:7334 now, [2001:db8::8a2e:370:7334]",
    "2001:DB8:0:0:8:800:200C:417A., [2001:DB8:0:0:8:800:200C:417A]",
    "host 2001:db8::1: up, [2001:db8::1]",
    "256.1.1.1, ''",
    "version 1.2.3.4, ''",
    "1.2.3.4.5, ''",
    "v1.2.3.4, ''",
    "127.0.0.1 or ::1, ''",
    "12:30:45, ''",
    "00:1b:44:11:3a:b7, ''",
    "std::vector or dead::beef, ''",
  })
  void ipAddresses(String text, String expected) {
    assertThat(found(PersonalDataFinder.ipAddresses(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "see https://example.org/~ann/cv.html., [https://example.org/~ann/cv.html]",
    "'(www.example.com), and', [www.example.com]",
    "<HTTP://ann@bücher.example:8080/a?b=c#d>, [HTTP://ann@bücher.example:8080/a?b=c#d]",
    "'[me](https://example.org/ann)!', [https://example.org/ann]",
    "ftp://192.0.2.44/ann, [ftp://192.0.2.44/ann]",
    "https://example.org/?, [https://example.org/]",
    "example.com and index.js, ''",
    "http://localhost/ann, ''",
    "awww.example.com, ''",
    "www., ''",
  })
  void urls(String text, String expected) {
    assertThat(found(PersonalDataFinder.urls(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "I was born on 4 May 1990., [4 May 1990]",
    "'born in a small town on March 3rd, 1985', '[March 3rd, 1985]'",
    "DOB: 1985-03-03, [1985-03-03]",
    "D.O.B. 03/03/85, [03/03/85]",
    "'Date of birth: 3rd of Sept. 1985', [3rd of Sept. 1985]",
    "my birthday is on May 4th, [May 4th]",
    "'4 May 1990 is her birthday', [4 May 1990]",
    "'May 4 was Ann’s birthday', [May 4]",
    "born in 1990, ''",
    "we met on 4 May 1990, ''",
    "born again. On 4 May 1990 he left, ''",
    "stubborn 4 May 1990, ''",
    "date of birth 45/45/1990, ''",
  })
  void datesOfBirth_standNearTheWord(String text, String expected) {
    assertThat(found(PersonalDataFinder.datesOfBirth(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "I live at 12 Main Street., [12 Main Street]",
    "'1600 N. Elm Tree Ave., Apt 4, Springfield, IL 62704.', "
        + "'[1600 N. Elm Tree Ave., Apt 4, Springfield, IL 62704]'",
    "'12 Main St\nSpringfield, IL 62704-1234', '[12 Main St\nSpringfield, IL 62704-1234]'",
    "'221b Baker Street, London NW1 6XE', '[221b Baker Street, London NW1 6XE]'",
    "'5 Church Lane, Little Wickham, Oxford OX1 2JD', "
        + "'[5 Church Lane, Little Wickham, Oxford OX1 2JD]'",
    "742 42nd Street, [742 42nd Street]",
    "'from Springfield, OR 97475', '[Springfield, OR 97475]'",
    "PO Box 123 or P.O. box 4, [PO Box 123][P.O. box 4]",
    "'Lange Straße 12 a, 10115 Berlin', '[Lange Straße 12 a, 10115 Berlin]'",
    "Hauptstraße 12, [Hauptstraße 12]",
    "'Kurfürstendamm 21, D-10719 Berlin', '[Kurfürstendamm 21, D-10719 Berlin]'",
    "5 apples on the street, ''",
    "he ran 12 miles down the road, ''",
    "$12 Main Street, ''",
    "chapter 12 Street, ''",
    "12 Main Stone, ''",
    "'Springfield, OX 97475', ''",
    "my way 5, ''",
  })
  void postalAddresses(String text, String expected) {
    assertThat(found(PersonalDataFinder.postalAddresses(), text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "SSN 219-09-9999, [219-09-9999]",
    "my number is 219-09-9999., [219-09-9999]",
    "Passport no. X1234567, [X1234567]",
    "her passport number is AB 123456 and, [AB 123456]",
    "'driver’s license: D123-4567-8901', [D123-4567-8901]",
    "account number 0012 3456 789, [0012 3456 789]",
    "Policy # AB-99/1234, [AB-99/1234]",
    "employee ID: 77123, [77123]",
    "000-12-3456 or 219-00-9999, ''",
    "219-09-99991, ''",
    "account number 123, ''",
    "student 20201, ''",
    "a policy of 2020, ''",
    "on account of 12345, ''",
  })
  void identifiers_standBehindTheirLabel(String text, String expected) {
    assertThat(found(PersonalDataFinder.identifiers(), text)).isEqualTo(expected);
  }

  @Test
  void countedOnce_theLongerFormStands() {
    PersonalDataFinder all = PersonalDataFinder.ruleBased("US").withoutOverlaps();
    String text = "https://example.org/?to=ann@example.com or bob@example.com, +1 212 555 0123";

    assertThat(all.find(text, true))
        .extracting(PersonalData::type)
        .containsExactly(PersonalData.Type.URL, PersonalData.Type.EMAIL, PersonalData.Type.PHONE);
  }

  @Test
  void countedOnce_formStandsBeforeName_andWhatIsBesideStays() {
    PersonalDataFinder names =
        (text, complete) ->
            List.of(
                new PersonalData(PersonalData.Type.PERSON, 0, 20),
                new PersonalData(PersonalData.Type.PERSON, 21, 24));

    List<PersonalData> found =
        PersonalDataFinder.emails()
            .and(names)
            .withoutOverlaps()
            .find("to a@b.co, I say.. x Ann", true);

    assertThat(found)
        .containsExactly(
            new PersonalData(PersonalData.Type.EMAIL, 3, 9),
            new PersonalData(PersonalData.Type.PERSON, 21, 24));
    assertThat(PiiTypeFilter.byType(found))
        .containsEntry(PersonalData.Type.EMAIL, 1)
        .containsEntry(PersonalData.Type.PERSON, 1)
        .hasSize(2);
  }

  @Test
  void thePaper_countsAllButFourKinds() {
    List<PersonalData> found =
        List.of(
            new PersonalData(PersonalData.Type.DATE, 0, 1),
            new PersonalData(PersonalData.Type.MONEY, 1, 2),
            new PersonalData(PersonalData.Type.PERSON, 2, 3));

    assertThat(PiiTypeFilter.ofPaper().of(found)).containsExactlyElementsOf(found.subList(1, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1.",
        "1-",
        "1 ",
        "A",
        "A ",
        "Aa ",
        "12 A ",
        "a.",
        "a-",
        "www.",
        "www.a",
        "http://",
        "http://a",
        ":",
        "a:",
        "born ",
        "born on ",
        "SSN ",
        "PO Box ",
        "1111 ",
        "DE89",
        "DE89 3704 ",
        "\uD835",
        "%a",
        "@",
        "http://a.b/",
        "A1 ",
        "account no. ",
        "account no. A1 ",
        "4 May ",
        "é\u0301"
      })
  void longMonotonousText_isSearchedInNoTime(String piece) {
    PersonalDataFinder all = PersonalDataFinder.ruleBased("ZZ").withoutOverlaps();
    String text = piece.repeat(20_000 / piece.length());

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          all.find(text, true);
          all.find(text, false);
          all.stablePrefixLength(text);
        });
  }
}
