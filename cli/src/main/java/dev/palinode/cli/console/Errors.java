package dev.palinode.cli.console;

import dev.palinode.endpoint.EndpointException;
import dev.palinode.tensor.distributed.LostPeerException;
import dev.palinode.text.Printable;
import dev.palinode.training.TrainingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints errors to standard error, with settings named by their options. */
public final class Errors {
  /** {@code topP is 2.0: expected ...}, {@code guidance scale is ...}. */
  private static final Pattern SETTING =
      Pattern.compile("([a-z][A-Za-z]*(?: [a-z]+)?)( (?:is|are) .*)", Pattern.DOTALL);

  /** The options of settings that have another name in Java. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("--weights", "--dtype", "--threshold", "--similarity");

  /** How picocli ends a message about a value of a wrong type. */
  private static final Pattern WRONG_TYPE =
      Pattern.compile("(?: \\([^)]*\\))?: ('.*') is not an? (int|long|double)$");

  private Errors() {}

  /**
   * Prints an error: one line if its message explains it; others are bugs and get a stack trace.
   *
   * @return the exit code
   */
  public static int explain(Exception error, CommandLine command) {
    PrintWriter err = command.getErr();
    String message = withOptionName(message(error), command.getCommandSpec());
    err.println(Printable.lines("palinode: " + message));
    boolean explained =
        error instanceof IOException
            || error instanceof UncheckedIOException
            || error instanceof IllegalArgumentException
            || error instanceof EndpointException
            || error instanceof LostPeerException
            || error instanceof TrainingException;
    if (!explained || Boolean.getBoolean("palinode.stacktrace")) {
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      err.print(Printable.lines(trace.toString()));
    }
    return error instanceof LostPeerException ? ExitCodes.LOST_PEER : ExitCodes.FAILED;
  }

  /** Prints the error of a command line, its usage, and where to read more. */
  public static int explainUsage(ParameterException error, String[] ignored) {
    CommandLine command = error.getCommandLine();
    CommandSpec spec = command.getCommandSpec();
    PrintWriter err = command.getErr();
    err.println(Printable.lines("palinode: " + plain(String.valueOf(error.getMessage()))));
    if (!UnmatchedArgumentException.printSuggestions(error, err)) {
      Help help = command.getHelpFactory().create(spec, command.getColorScheme());
      err.print("Usage: " + help.abbreviatedSynopsis());
    }
    boolean takesModel = command.getCommandSpec().optionsMap().containsKey("--model");
    if (error instanceof UnmatchedArgumentException unmatched
        && takesModel
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      err.println("A model is named with --model DIR.");
    }
    err.println("More: " + spec.qualifiedName() + " --help");
    return spec.exitCodeOnInvalidInput();
  }

  /** With the words of people for a value of a wrong type. */
  private static String plain(String message) {
    return WRONG_TYPE
        .matcher(message)
        .replaceFirst(
            found ->
                Matcher.quoteReplacement(
                    ": %s is not a %s"
                        .formatted(
                            found.group(1),
                            found.group(2).equals("double") ? "number" : "whole number")));
  }

  /** The message of an error; never null, and more than the bare name of a file. */
  public static String message(Throwable error) {
    if (error instanceof UncheckedIOException unchecked) {
      return message(Objects.requireNonNull(unchecked.getCause()));
    } else if (error instanceof NoSuchFileException missing) {
      return missing.getFile() + ": there is no such file or folder" + where(missing.getFile());
    } else if (error instanceof FileAlreadyExistsException file) {
      boolean isFolder = Files.isDirectory(Path.of(file.getFile()));
      return file.getFile() + (isFolder ? " exists already" : " is a file; expected a folder");
    } else if (error instanceof AccessDeniedException denied && denied.getReason() == null) {
      return denied.getFile() + ": permission denied";
    }
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }

  /** The folder in which a relative path was looked up. */
  private static String where(String file) {
    Path path = Path.of(file);
    return path.isAbsolute() ? "" : " (looked for as " + path.toAbsolutePath().normalize() + ")";
  }

  /** Replaces the Java name of a setting by its option. */
  private static String withOptionName(String message, CommandSpec command) {
    Matcher setting = SETTING.matcher(message);
    if (!setting.matches()) {
      return message;
    }
    String words = setting.group(1).replace(' ', '-').replaceAll("([A-Z])", "-$1");
    String name = "--" + words.toLowerCase(Locale.ROOT);
    boolean isOwn = command.optionsMap().containsKey(name);
    String option = isOwn ? name : OTHER_NAMES.getOrDefault(name, name);
    return command.optionsMap().containsKey(option) ? option + setting.group(2) : message;
  }
}
