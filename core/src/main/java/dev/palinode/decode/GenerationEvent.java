package dev.palinode.decode;

import dev.palinode.token.Transcript;

/**
 * What happens while a request is being answered. For each request: any number of tokens and undos,
 * in order, then exactly one {@link Finished} or {@link Failed}.
 */
public sealed interface GenerationEvent {
  /** Index of the request in the list that was given to the decoder. */
  int request();

  /**
   * A token became visible.
   *
   * @param id never a reset or stop token
   */
  record Token(int request, int id) implements GenerationEvent {}

  /**
   * Everything visible was taken back.
   *
   * @param withdrawn number of tokens that no longer stand
   */
  record Undo(int request, int withdrawn) implements GenerationEvent {}

  /** The generation ended as it should. */
  record Finished(int request, Transcript transcript, FinishReason reason, Usage usage)
      implements GenerationEvent {}

  /** The generation could not be done; nothing that was shown of it should be trusted to stand. */
  record Failed(int request, RuntimeException cause) implements GenerationEvent {}
}
