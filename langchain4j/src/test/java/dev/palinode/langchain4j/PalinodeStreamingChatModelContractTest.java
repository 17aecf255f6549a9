package dev.palinode.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;

/** LangChain4j's contract of streaming chat models. */
class PalinodeStreamingChatModelContractTest extends AbstractStreamingChatModelIT {
  @Override
  protected List<StreamingChatModel> models() {
    return List.of(new PalinodeStreamingChatModel(ContractModels.plain(), 8));
  }

  @Override
  protected StreamingChatModel createModelWith(ChatRequestParameters defaults) {
    return new PalinodeStreamingChatModel(ContractModels.with(defaults), 8);
  }

  @Override
  public StreamingChatModel createModelWith(ChatModelListener listener) {
    return new PalinodeStreamingChatModel(ContractModels.with(listener), 8);
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return createParameters(maxOutputTokens); // there are none
  }

  @Override
  protected boolean supportsModelNameParameter() {
    return false;
  }

  @Override
  protected boolean supportsTools() {
    return false;
  }

  @Override
  protected boolean supportsToolChoiceRequired() {
    return false;
  }

  @Override
  protected boolean supportsJsonResponseFormat() {
    return false;
  }

  @Override
  protected boolean supportsJsonResponseFormatWithSchema() {
    return false;
  }

  @Override
  protected boolean supportsJsonResponseFormatWithRawSchema() {
    return false;
  }

  @Override
  protected boolean supportsSingleImageInputAsBase64EncodedString() {
    return false;
  }

  @Override
  protected boolean supportsSingleImageInputAsPublicURL() {
    return false;
  }

  /** The test waits 30 seconds for nothing: see {@link StreamingCancellationContractTest}. */
  @Override
  protected boolean supportsStreamingCancellation() {
    return false;
  }
}
