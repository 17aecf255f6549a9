package dev.palinode.cli.options;

import dev.palinode.guard.personal.NameFinderProvider;
import dev.palinode.guard.personal.PersonalDataFinder;
import java.util.List;

/** A provider whose finder finds nothing. */
public final class NoNames implements NameFinderProvider {
  @Override
  public PersonalDataFinder load() {
    return (text, complete) -> List.of();
  }
}
