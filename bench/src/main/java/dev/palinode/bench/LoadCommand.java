package dev.palinode.bench;

import dev.palinode.cli.ExtraCommand;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.io.TextFiles;
import dev.palinode.report.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code palinode load}: many clients at once against a running server. */
@Command(
    name = "load",
    description = {
      "Put a server under load, and compare every answer with the one it gave alone.",
      "",
      "Each prompt is first answered alone, greedily. Then clients stream answers to the prompts"
          + " in random order; some disconnect in the middle. The exit code is 1 if an answer"
          + " was wrong or a request failed.",
      "",
      "Example: palinode load --url http://127.0.0.1:8080/v1 --prompts FILE --clients 64"
          + " --seconds 300 --disconnecting 0.1"
    })
public final class LoadCommand implements ExtraCommand {
  @Option(
      names = "--url",
      paramLabel = "URL",
      required = true,
      description = "Address of the API, with /v1.")
  private URI url;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "User messages, one on a line.")
  private Path prompts;

  @Option(names = "--clients", description = "Requests at the same time.")
  private int clients = 64;

  @Option(names = "--seconds", paramLabel = "SECONDS", description = "Duration of the load.")
  private int seconds = 300;

  @Option(
      names = "--disconnecting",
      paramLabel = "FRACTION",
      description = "Fraction of the requests whose client disconnects before the end.")
  private double disconnecting = 0.1;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Most tokens of an answer.")
  private int maxTokens = 64;

  @Option(names = "--seed", description = "Seed of the order of prompts and of the disconnections.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    OptionCheck.atLeast(1, "--clients", clients);
    OptionCheck.atLeast(1, "--seconds", seconds);
    List<String> texts = TextFiles.lines(prompts).stream().filter(line -> !line.isBlank()).toList();
    if (texts.isEmpty()) {
      throw new IllegalArgumentException(prompts + " has no prompt: expected one on a line");
    }
    ServerLoad.Result result;
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      ServerLoad load = new ServerLoad(new StreamingClient(url, maxTokens), texts, progress::show);
      load.askAlone();
      result = load.run(clients, Duration.ofSeconds(seconds), disconnecting, seed);
    }
    System.out.print(table(result).toText());
    result.examples().forEach(System.out::println);
    return result.wrong() + result.failed() == 0 ? 0 : 1;
  }

  private static Table table(ServerLoad.Result result) {
    Table table = new Table().left("what").right("number");
    table.row("answers as alone", Long.toString(result.right()));
    table.row("wrong answers", Long.toString(result.wrong()));
    table.row("failed requests", Long.toString(result.failed()));
    table.row("disconnected", Long.toString(result.disconnected()));
    table.row("refused for now (429), asked again", Long.toString(result.refused()));
    table.row("sampled tokens/s", format(result.tokensPerSecond()));
    for (double quantile : new double[] {0.5, 0.95, 0.99}) {
      String name = String.format(Locale.ROOT, "%.0f%%", 100 * quantile);
      table.row(name + ": ms to first text", format(result.toFirstText(quantile)));
      table.row(name + ": ms to the end", format(result.toEnd(quantile)));
    }
    return table;
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
