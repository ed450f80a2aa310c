import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.QueryParseException;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFLanguages;
import org.apache.jena.riot.RiotException;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DatasetGraphFactory;
import org.apache.jena.system.Txn;
import org.apache.jena.tdb2.DatabaseMgr;
import org.apache.jena.tdb2.TDB2;
import org.apache.jena.update.UpdateAction;

/**
 * Jena's TDB2 over HTTP at the addresses that Fuseki uses (/kg/query, /kg/update, /kg/data), for tests where Fuseki
 * itself cannot be had. Arguments: folder of the database, port, user and password ("" for none).
 */
public final class DatasetServer {
    private final DatasetGraph data;
    private final String login;

    private DatasetServer(DatasetGraph data, String login) {
        this.data = data;
        this.login = login;
    }

    public static void main(String[] arguments) throws IOException {
        DatasetGraph data = DatabaseMgr.connectDatasetGraph(arguments[0]);
        data.getContext().set(TDB2.symUnionDefaultGraph, true);
        String login = arguments[2].isEmpty() ? null : encoded(arguments[2] + ":" + arguments[3]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])), 0);
        server.createContext("/kg", new DatasetServer(data, login)::handle);
        server.start();
    }

    private static String encoded(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Fuseki-Request-Id", "1");
        try {
            if (login != null && !login.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"kg\"");
                answer(exchange, 401, "text/plain", "no login".getBytes(StandardCharsets.UTF_8));
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/kg/query" -> query(exchange, body);
                case "/kg/update" -> update(exchange, body);
                case "/kg/data" -> graphs(exchange, body);
                default -> answer(exchange, 404, "text/plain", new byte[0]);
            }
        } catch (QueryParseException | RiotException error) {
            answer(exchange, 400, "text/plain", String.valueOf(error.getMessage()).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException error) {
            answer(exchange, 500, "text/plain", error.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void query(HttpExchange exchange, byte[] body) throws IOException {
        String text = text(exchange, body, "query", "application/sparql-query");
        Query query = QueryFactory.create(text);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String type = Txn.calculateRead(data, () -> {
            try (QueryExecution execution = QueryExecutionFactory.create(query, DatasetFactory.wrap(data))) {
                if (query.isSelectType()) {
                    ResultSetFormatter.outputAsJSON(out, execution.execSelect());
                } else if (query.isAskType()) {
                    ResultSetFormatter.outputAsJSON(out, execution.execAsk());
                } else {
                    RDFDataMgr.write(out, query.isConstructType() ? execution.execConstruct() : execution.execDescribe(), Lang.TURTLE);
                    return "text/turtle";
                }
                return "application/sparql-results+json";
            }
        });
        answer(exchange, 200, type, out.toByteArray());
    }

    private void update(HttpExchange exchange, byte[] body) throws IOException {
        String text = text(exchange, body, "update", "application/sparql-update");
        Txn.executeWrite(data, () -> UpdateAction.parseExecute(text, data));
        answer(exchange, 204, null, null);
    }

    private void graphs(HttpExchange exchange, byte[] body) throws IOException {
        String name = parameters(exchange.getRequestURI().getRawQuery()).get("graph");
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        Lang lang = type == null ? Lang.NTRIPLES : RDFLanguages.contentTypeToLang(type);
        if (name == null) {
            Txn.executeWrite(data, () -> RDFDataMgr.read(data, stream(body), lang));
            answer(exchange, 204, null, null);
            return;
        }
        Node graph = NodeFactory.createURI(name);
        boolean isThere = Txn.calculateRead(data, () -> data.containsGraph(graph));
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                Txn.executeRead(data, () -> RDFDataMgr.write(out, data.getGraph(graph), Lang.NTRIPLES));
                answer(exchange, isThere ? 200 : 404, "application/n-triples", out.toByteArray());
            }
            case "PUT", "POST" -> {
                DatasetGraph read = DatasetGraphFactory.create();
                RDFDataMgr.read(read.getDefaultGraph(), stream(body), lang);
                boolean replaces = exchange.getRequestMethod().equals("PUT");
                Txn.executeWrite(data, () -> {
                    if (replaces) {
                        data.removeGraph(graph);
                    }
                    read.getDefaultGraph().find().forEachRemaining(data.getGraph(graph)::add);
                });
                answer(exchange, isThere ? 204 : 201, null, null);
            }
            case "DELETE" -> {
                Txn.executeWrite(data, () -> data.removeGraph(graph));
                answer(exchange, isThere ? 204 : 404, null, null);
            }
            default -> answer(exchange, 405, null, null);
        }
    }

    private static InputStream stream(byte[] body) {
        return new ByteArrayInputStream(body);
    }

    private static String text(HttpExchange exchange, byte[] body, String parameter, String direct) {
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        String sent = new String(body, StandardCharsets.UTF_8);
        if (type.startsWith(direct)) {
            return sent;
        }
        Map<String, String> given = parameters(body.length > 0 ? sent : exchange.getRequestURI().getRawQuery());
        return given.getOrDefault(parameter, "");
    }

    private static Map<String, String> parameters(String encoded) {
        Map<String, String> found = new HashMap<>();
        for (String pair : encoded == null ? new String[0] : encoded.split("&")) {
            String[] parts = pair.split("=", 2);
            found.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        return found;
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        boolean isEmpty = body == null || body.length == 0;
        exchange.sendResponseHeaders(status, isEmpty ? -1 : body.length);
        if (!isEmpty) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
