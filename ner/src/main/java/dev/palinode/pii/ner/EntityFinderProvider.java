package dev.palinode.pii.ner;

import dev.palinode.pii.NameFinderProvider;
import dev.palinode.pii.PersonalDataFinder;
import java.io.IOException;

/** Brings the finder of named entities to programs that look for one on their class path. */
public final class EntityFinderProvider implements NameFinderProvider {
  /** For the service loader. */
  public EntityFinderProvider() {}

  @Override
  public PersonalDataFinder load() throws IOException {
    return EntityFinder.load();
  }
}
