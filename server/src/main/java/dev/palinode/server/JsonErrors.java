package dev.palinode.server;

import dev.palinode.server.api.ApiException;
import dev.palinode.server.api.JsonParts;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Jetty's own errors, such as a request that is no HTTP, in OpenAI's form. */
final class JsonErrors extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException cause) {
      status = cause.getCode();
      response.setStatus(status);
    }
    String message = "the request failed: " + HttpStatus.getMessage(status);
    byte[] body = JsonParts.error(ApiException.http(status, code(status), message));
    if (!response.getHeaders().contains(RequestGate.REQUEST_ID)) {
      response.getHeaders().put(RequestGate.REQUEST_ID, id(request));
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private static String id(Request request) {
    return RequestGate.requestId(
        Optional.ofNullable(request.getHeaders().get(RequestGate.REQUEST_ID)));
  }

  /** The code of an error that has no better one: its name in HTTP. */
  static String code(int status) {
    return HttpStatus.getMessage(status).toLowerCase(Locale.ROOT).replace(' ', '_');
  }
}
