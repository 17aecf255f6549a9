package dev.palinode.pii;

import java.io.IOException;

/**
 * Provides a finder of names in text, loaded by {@link java.util.ServiceLoader}. Implementations
 * are in another module, as they need large models.
 */
public interface NameFinderProvider {
  /**
   * Loads the finder. This can take half a minute and much memory.
   *
   * @throws IOException if its models are missing or damaged
   */
  PersonalDataFinder load() throws IOException;
}
