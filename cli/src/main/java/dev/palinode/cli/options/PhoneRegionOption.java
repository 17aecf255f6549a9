package dev.palinode.cli.options;

import picocli.CommandLine.Option;

/** The option of commands that look for phone numbers. */
final class PhoneRegionOption {
  private static final String DEFAULT = "US";

  @Option(
      names = "--phone-region",
      paramLabel = "COUNTRY",
      description = "Where phone numbers without a country code belong, by two letters.")
  private String region = DEFAULT;

  String region() {
    return region;
  }

  boolean isGiven() {
    return !region.equals(DEFAULT);
  }
}
