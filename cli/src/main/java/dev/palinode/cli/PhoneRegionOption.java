package dev.palinode.cli;

import picocli.CommandLine.Option;

/** The option of commands that look for phone numbers. */
final class PhoneRegionOption {
  @Option(
      names = "--phone-region",
      defaultValue = "US",
      paramLabel = "COUNTRY",
      description =
          "Where phone numbers without a country code belong, by two letters (default:"
              + " ${DEFAULT-VALUE}).")
  private String region = "";

  String region() {
    return region;
  }
}
