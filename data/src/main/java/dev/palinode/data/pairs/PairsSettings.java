package dev.palinode.data.pairs;

import dev.palinode.data.dedup.ScreeningSettings;

/**
 * Settings for making pairs from files.
 *
 * @param screening what is filtered out
 * @param utilityRatio utility rows per pair, 0 or more; fewer if the files do not have enough
 * @param seed seed for sampling utility rows
 */
public record PairsSettings(ScreeningSettings screening, double utilityRatio, long seed) {
  /**
   * @throws IllegalArgumentException if the ratio is out of range
   */
  public PairsSettings {
    UtilityMixture.wanted(0, utilityRatio);
  }
}
