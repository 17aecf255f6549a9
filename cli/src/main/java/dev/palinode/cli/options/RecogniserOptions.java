package dev.palinode.cli.options;

import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for recognising personal data. */
@OptionGroup("Personal data")
public final class RecogniserOptions {
  @Mixin private PhoneRegion phone;

  @Option(
      names = "--without-names",
      description =
          "Use rules only, which find addresses and numbers but no names:"
              + " those need NLP4J (English; fetched once, 281 MB), which takes 1 GB of memory and"
              + " half a minute to load.")
  private boolean withoutNames;

  @Option(
      names = "--not-counted",
      split = ",",
      paramLabel = "TYPE",
      description =
          "Types that are not personal data. Default: the paper's CARDINAL, DATE, PRODUCT and"
              + " ORDINAL.")
  private Set<PersonalData.Type> notCounted = PiiTypeFilter.ofPaper().leftOut();

  /** A finder of all kinds of data. */
  public PersonalDataFinder finder() throws IOException {
    PersonalDataFinder known = PersonalDataFinder.ruleBased(phone.region());
    return withoutNames ? known : known.and(NameFinder.load());
  }

  /** The types that count. */
  public PiiTypeFilter counted() {
    return new PiiTypeFilter(notCounted);
  }

  /** A finder of the types that count, without overlaps. */
  public PersonalDataFinder counting() throws IOException {
    PersonalDataFinder all = finder().withoutOverlaps();
    PiiTypeFilter types = counted();
    return (text, complete) -> types.of(all.find(text, complete));
  }

  /** The option of commands that look for phone numbers. */
  @OptionGroup("Personal data")
  static final class PhoneRegion {
    private static final String DEFAULT = "US";

    @Option(
        names = "--phone-region",
        paramLabel = "COUNTRY",
        description = "Country of phone numbers without a country code, two letters.")
    private String region = DEFAULT;

    String region() {
      return region;
    }

    boolean isGiven() {
      return !region.equals(DEFAULT);
    }
  }
}
