package dev.palinode.pii.ner;

import dev.palinode.pii.NameFinderProvider;
import dev.palinode.pii.PersonalDataFinder;
import java.io.IOException;

/** Provides the finder of named entities through the service loader. */
public final class EntityFinderProvider implements NameFinderProvider {
  /** For the service loader. */
  public EntityFinderProvider() {}

  @Override
  public PersonalDataFinder load() throws IOException {
    return EntityFinder.load();
  }
}
