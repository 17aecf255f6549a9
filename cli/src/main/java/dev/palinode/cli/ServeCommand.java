package dev.palinode.cli;

import dev.palinode.chat.ChatFormat;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.options.HttpOptions;
import dev.palinode.cli.options.ModelOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.ServingOptions;
import dev.palinode.model.LoadedModel;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.local.LocalEngine;
import dev.palinode.server.local.LocalModel;
import dev.palinode.token.TokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code palinode serve}: serves models with OpenAI's API. */
@Command(
    name = "serve",
    description = {
      "Serve models over HTTP, as OpenAI's API, with a chat page.",
      "",
      "Without MODEL, the small one of the source tree. docs/protocol.md describes what is beyond"
          + " OpenAI's API. Ctrl-C or SIGTERM lets answers end first; a second one does not.",
      "",
      "Example: palinode serve DIR --port 8000 --api-key-file keys.txt"
    })
final class ServeCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description =
          "Hugging Face model folders; clients name a model by its folder's name, or by NAME in"
              + " NAME=DIR.")
  private List<String> models = List.of();

  @Mixin private ModelOptions modelOptions;
  @Mixin private ServingOptions serving;
  @Mixin private HttpOptions http;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, LoadedModel> loaded = new LinkedHashMap<>();
    try (ServingOptions used = serving) {
      ServerSettings settings = http.settings();
      for (Map.Entry<String, Path> folder : folders().entrySet()) {
        loaded.put(folder.getKey(), modelOptions.open(folder.getValue(), used.batchSize()));
      }
      serve(settings, loaded, used);
      return 0;
    } finally {
      loaded.values().forEach(LoadedModel::close);
    }
  }

  /** The folders of the models by the names of the models. */
  private Map<String, Path> folders() throws IOException {
    boolean isNamed = modelOptions.model().isPresent();
    OptionCheck.needs("--model", isNamed, models.isEmpty(), "no MODEL beside it");
    if (models.isEmpty()) {
      Path folder = folder(modelOptions.model().orElse(ShippedFiles.MODEL));
      return Map.of(name(folder), folder);
    }
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String model : models) {
      int equals = model.indexOf('=');
      Path folder = folder(Path.of(model.substring(equals + 1)));
      String name = equals > 0 ? model.substring(0, equals) : name(folder);
      if (folders.put(name, folder) != null) {
        throw new IOException(model + ": another model has this name; write NAME=DIR");
      }
    }
    return folders;
  }

  private static Path folder(Path model) throws IOException {
    Path folder = ShippedFiles.orShipped(model).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new IOException(model + ": there is no such model folder");
    }
    return folder;
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private void serve(
      ServerSettings settings, Map<String, LoadedModel> loaded, ServingOptions options)
      throws IOException, InterruptedException {
    Map<String, Engine> engines = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, LoadedModel> each : loaded.entrySet()) {
        LocalModel model = LocalModel.of(each.getValue(), format(each.getValue()));
        engines.put(
            each.getKey(),
            new LocalEngine(
                each.getKey(), model, options.settings(each.getValue(), loaded.size())));
      }
      HttpService.run(
          settings,
          List.copyOf(engines.values()),
          String.join(", ", engines.keySet()),
          http.drain());
    } finally {
      engines.values().forEach(Engine::close);
    }
  }

  /** The chat format; empty if the model has no template and no format was asked for. */
  private Optional<ChatFormat> format(LoadedModel model) {
    try {
      return Optional.of(model.chatFormat(modelOptions.chatFormat()));
    } catch (IllegalArgumentException e) {
      if (!modelOptions.chatFormat().equals(TokenizerConfig.DEFAULT_TEMPLATE)) {
        throw e;
      }
      HttpService.log("no chat, only continuation of text: " + e.getMessage());
      return Optional.empty();
    }
  }
}
