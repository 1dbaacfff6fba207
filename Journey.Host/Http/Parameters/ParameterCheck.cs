using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Journey.Host.Http.Parameters;

/// <summary>The query parameters that an endpoint takes. Any other is a fault: a misspelt filter must not be taken for none.</summary>
internal sealed record AcceptedParameters(IReadOnlyList<QueryParameter> Parameters);

internal static class ParameterCheck
{
    /// <summary>Answers 400, naming every wrong parameter and what was expected, before the endpoint runs.</summary>
    public static RouteHandlerBuilder Accepting(this RouteHandlerBuilder endpoint, params QueryParameter[] parameters) =>
        endpoint
            .WithMetadata(new AcceptedParameters(parameters))
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .AddEndpointFilter(async (invocation, next) =>
                Faults(invocation.HttpContext.Request.Query, parameters) is { Count: > 0 } faults ? Problems.Parameters(faults) : await next(invocation));

    /// <summary>Documents the parameters in OpenAPI.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<AcceptedParameters>().SelectMany(accepted => accepted.Parameters))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = parameter.Schema,
            });
        }

        return Task.CompletedTask;
    }

    private static Dictionary<string, string[]> Faults(IQueryCollection query, QueryParameter[] parameters)
    {
        var faults = new Dictionary<string, string[]>();
        foreach (var (name, values) in query)
        {
            if (parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } parameter)
            {
                faults[name] = [parameters.Length == 0
                    ? "is not known; no parameter is."
                    : $"is not known; expected {string.Join(", ", parameters.Select(known => known.Name))}."];
            }
            else if (values.Count > 1)
            {
                faults[name] = ["was given more than once."];
            }
            else if (values.ToString() is { Length: > 0 } text && parameter.Fault(text) is { } fault)
            {
                faults[name] = [fault];
            }
        }

        return faults;
    }
}
