package dev.palinode.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;

/** LangChain4j's contract of the listeners of streaming chat models. */
class PalinodeStreamingChatModelListenerContractTest extends AbstractStreamingChatModelListenerIT {
  @Override
  protected StreamingChatModel createModel(ChatModelListener listener) {
    return new PalinodeStreamingChatModel(
        ContractModels.with(listener)
            .withDefaults(ContractModels.listened(temperature(), topP(), maxTokens())),
        8);
  }

  @Override
  protected String modelName() {
    return ContractModels.NAME;
  }

  @Override
  protected StreamingChatModel createFailingModel(ChatModelListener listener) {
    return new PalinodeStreamingChatModel(ContractModels.failing(listener), 8);
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return UnsupportedOperationException.class;
  }

  @Override
  protected boolean supportsTools() {
    return false;
  }
}
