package dev.palinode.pii;

import java.io.IOException;

/**
 * Brings a finder of names in text, if it is on the class path: {@link java.util.ServiceLoader}
 * finds it there. It is apart from this module as it needs large models.
 */
public interface NameFinderProvider {
  /**
   * Loads the finder, which may take half a minute and much memory.
   *
   * @throws IOException if its models are missing or damaged
   */
  PersonalDataFinder load() throws IOException;
}
