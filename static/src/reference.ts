/** The reference of the API at `/api/docs`: Swagger UI over `/api/openapi.json`, apart from all other pages. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);

SwaggerUI({
  dom_id: "#reference",
  url: "/api/openapi.json",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  operationsSorter: "alpha",
  tagsSorter: "alpha",
  validatorUrl: null, // nothing is loaded from elsewhere
  requestInterceptor: (request) => {
    request.headers["X-Roundhouse"] = "1"; // what changes something with a cookie needs it
    return request;
  },
});
