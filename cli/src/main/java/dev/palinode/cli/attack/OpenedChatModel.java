package dev.palinode.cli.attack;

import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.options.ServedModel;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointChatModel;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.ModelFingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The attacker or rewriter of an attack, local or served.
 *
 * @param model as it answers
 * @param loaded its weights, if it is not served
 */
record OpenedChatModel(ChatModel model, @Nullable LoadedModel loaded) implements AutoCloseable {
  /**
   * Opens a model.
   *
   * @param name a folder, or NAME@URL of a served model: see {@link Endpoint#named}
   * @param rows the most requests at a time
   */
  static OpenedChatModel open(String name, int rows) throws IOException {
    if (Endpoint.isNamed(name)) {
      EndpointClient client = ServedModel.client(Endpoint.named(name));
      return new OpenedChatModel(EndpointChatModel.chat(client, rows), null);
    }
    Path folder = ShippedFiles.orShipped(Path.of(name));
    LoadedModel loaded = LoadedModel.open(folder);
    return new OpenedChatModel(
        new LocalChatModel(
            ModelFingerprint.of(folder),
            loaded.decoder(rows),
            loaded.tokenizer(),
            loaded.chatFormat(),
            UndoPolicy.onReset(loaded.resetId(), 1),
            0,
            Optional.empty()),
        loaded);
  }

  @Override
  public void close() {
    if (loaded != null) {
      loaded.close();
    }
  }
}
