package dev.palinode.langchain4j;

import org.junit.jupiter.api.Tag;

/** The same contract with its test of cancellation. */
@Tag("slow")
class StreamingCancellationContractTest extends PalinodeStreamingChatModelContractTest {
  @Override
  protected boolean supportsStreamingCancellation() {
    return true;
  }
}
