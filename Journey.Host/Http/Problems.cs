using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Journey.Host.Http;

/// <summary>Errors as RFC 9457 describes them: <c>application/problem+json</c>, with a sentence that says what would have been right.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "Not found", detail);

    public static IResult NotReadable(string detail) => Of(StatusCodes.Status400BadRequest, "The request can't be read", detail);

    public static IResult Parameters(IReadOnlyDictionary<string, string[]> faults) => Results.Problem(new ProblemDetails
    {
        Status = StatusCodes.Status400BadRequest,
        Title = "A parameter is wrong",
        Detail = string.Join(" ", faults.Select(fault => $"{fault.Key}: {string.Join(" ", fault.Value)}")),
        Extensions = { ["errors"] = faults },
    });

    public static IResult Of(int status, string title, string detail, params ReadOnlySpan<(string Name, object? Value)> further)
    {
        var problem = new ProblemDetails { Status = status, Title = title, Detail = detail };
        foreach (var (name, value) in further)
        {
            problem.Extensions[name] = value;
        }

        return Results.Problem(problem);
    }
}
