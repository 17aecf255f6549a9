package dev.palinode.pii;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Chunks;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However a text is cut into chunks: what is found of a beginning is found of the whole. */
class PatternsChunksTest {
  private static final Map<String, PersonalDataFinder> FINDERS =
      Map.of(
          "phone", PersonalDataFinder.phonesAsWritten(),
          "IBAN", PersonalDataFinder.ibans(),
          "card", PersonalDataFinder.paymentCards(),
          "IP", PersonalDataFinder.ipAddresses(),
          "URL", PersonalDataFinder.urls(),
          "birth", PersonalDataFinder.datesOfBirth(),
          "address", PersonalDataFinder.postalAddresses(),
          "identifier", PersonalDataFinder.identifiers(),
          "all", PersonalDataFinder.ruleBased("US"));

  private static final Map<String, List<String>> PIECES =
      Map.of(
          "phone",
          List.of("(555) ", "123", "-4567", "+1 ", "555-", "0123", "-", ".", "5", "212-555-0123"),
          "IBAN",
          List.of(
              "GB82 WEST 1234 5698 7654 32", "NO9386011117947", "GB82", "-", "W", "1", ".", "X9"),
          "card",
          List.of(
              "4111", " 1111", "-1111", "4111111111111111", ".", "5", "378282246310005", "3782"),
          "IP",
          List.of("192.0.2.44", ".", "9", ":", "2001:db8::1", "ab", "version ", "::", "-", "%"),
          "URL",
          List.of(
              "http://", "www.", "ann@", "a", ".", "example.org", "/", "?b=", ")", ":80", "-", "é"),
          "birth",
          List.of(
              "born ",
              "on ",
              "4",
              " May",
              "1990",
              "-05-",
              "birthday",
              ", ",
              " is his ",
              "Jan",
              "st",
              ":"),
          "address",
          List.of(
              "12",
              " Main",
              " Street",
              " St",
              "., ",
              "\n",
              "Apt 4",
              "IL 62704",
              "Oak",
              "PO Box 1",
              "weg 1"),
          "identifier",
          List.of(
              "SSN",
              "219-09-9999",
              "-",
              "passport",
              " no.",
              ": ",
              "A12345",
              " is",
              "7",
              "/",
              "account #"),
          "all",
          List.of(
              "ann@example.org",
              "http://",
              "/",
              "212-555-0123",
              "12 Oak Lane",
              ", ",
              "4111111111111111",
              "7",
              "born 4 May"));

  record Case(String kind, String text) {}

  @Provide
  Arbitrary<Case> cases() {
    return Arbitraries.of(PIECES.keySet())
        .flatMap(
            kind ->
                Arbitraries.oneOf(
                        Arbitraries.of(PIECES.get(kind)),
                        Arbitraries.of(" ", ",", "x", "\n", "\uD835\uDFD3", "and "))
                    .list()
                    .ofMaxSize(9)
                    .map(pieces -> new Case(kind, String.join("", pieces))));
  }

  @Property(tries = 2500)
  void whatIsFound_isFoundOfTheWhole(@ForAll("cases") Case each) {
    PersonalDataFinder finder = FINDERS.get(each.kind());
    List<PersonalData> whole = finder.find(each.text(), true);

    for (int end = 0; end <= each.text().length(); end++) {
      assertThat(whole).containsAll(finder.find(each.text().substring(0, end), false));
    }
  }

  @Property(tries = 2500)
  void whatWasDecided_stands(@ForAll("cases") Case each) {
    PersonalDataFinder finder = FINDERS.get(each.kind());
    List<PersonalData> whole = finder.find(each.text(), true);

    for (int end = 0; end <= each.text().length(); end++) {
      String beginning = each.text().substring(0, end);
      int decided = finder.stablePrefixLength(beginning);
      assertThat(decided).isBetween(0, end);
      assertThat(finder.find(beginning, false))
          .containsAll(whole.stream().filter(data -> data.start() < decided).toList());
    }
  }

  @Property(tries = 500)
  void withoutOverlaps_nothingIsFoundTwice(@ForAll("cases") Case each) {
    int end = 0;
    for (PersonalData data : FINDERS.get("all").withoutOverlaps().find(each.text(), true)) {
      assertThat(data.start()).isGreaterThanOrEqualTo(end);
      end = data.end();
    }
  }

  @Property(tries = 1500)
  void theGuard_keepsItsPromise(@ForAll("cases") Case each) throws Exception {
    Chunks.assertDecisionsStand(new PersonalDataGuard(FINDERS.get(each.kind())), each.text());
  }

  @Property(tries = 500)
  void anOrdinaryLineThatHasEnded_isDecided(@ForAll("cases") Case each) {
    String text = each.text() + " of course\n\nand then ";

    assertThat(FINDERS.get(each.kind()).stablePrefixLength(text)).isEqualTo(text.length());
  }
}
