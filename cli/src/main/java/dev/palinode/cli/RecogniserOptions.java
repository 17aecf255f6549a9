package dev.palinode.cli;

import dev.palinode.entities.EntityFinder;
import dev.palinode.guard.personal.CountedTypes;
import dev.palinode.guard.personal.PersonalData;
import dev.palinode.guard.personal.PersonalDataFinder;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of what is recognised as personal data. */
final class RecogniserOptions {
  @Mixin private PhoneRegionOption phone = new PhoneRegionOption();

  @Option(
      names = "--without-names",
      description =
          "Look only for what is known by its form, such as addresses and numbers, and not for names:"
              + " those need a model of 1 GB that takes half a minute to load, and are English.")
  private boolean withoutNames;

  @Option(
      names = "--not-counted",
      split = ",",
      defaultValue = "CARDINAL,DATE,PRODUCT,ORDINAL",
      paramLabel = "TYPE",
      description = "Types that are not personal data (default: ${DEFAULT-VALUE}).")
  private Set<PersonalData.Type> notCounted = EnumSet.noneOf(PersonalData.Type.class);

  /** Everything that is recognised. */
  PersonalDataFinder finder() throws IOException {
    PersonalDataFinder known = PersonalDataFinder.ofKnownForm(phone.region());
    return withoutNames ? known : known.and(EntityFinder.load());
  }

  /** What of it counts. */
  CountedTypes counted() {
    return new CountedTypes(notCounted);
  }

  /** What counts, each piece of text once. */
  PersonalDataFinder counting() throws IOException {
    PersonalDataFinder all = finder().withoutOverlaps();
    CountedTypes types = counted();
    return (text, complete) -> types.of(all.find(text, complete));
  }
}
