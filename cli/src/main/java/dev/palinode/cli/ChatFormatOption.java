package dev.palinode.cli;

import picocli.CommandLine.Option;

/** The option of commands that lay out conversations. */
final class ChatFormatOption {
  @Option(
      names = "--chat-format",
      defaultValue = "default",
      paramLabel = "NAME",
      description =
          "How conversations are laid out: 'default' is the model's own template; 'human-assistant'"
              + " suits base models (default: ${DEFAULT-VALUE}).")
  private String name = "";

  String name() {
    return name;
  }
}
