using Journey.Domain.Events;

namespace Journey.Domain.EventLog;

/// <summary>What no log takes, whatever its adapter: the limits of an <see cref="AppendRequest"/>.</summary>
public static class AppendRules
{
    /// <summary>Characters in a stream's, source's or event's name, or in an id.</summary>
    public const int TextMax = 1_000;

    /// <summary>Bytes in a stored payload.</summary>
    public const int PayloadBytesMax = 16 * 1024 * 1024;

    /// <exception cref="ArgumentException">A request breaks a limit; the message says which. None of the call's requests is appended.</exception>
    public static void Check(IReadOnlyList<AppendRequest> requests)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            if (request.Events.Count is < 1 or > AppendRequest.EventsMax)
            {
                throw new ArgumentException($"Request {i} has {request.Events.Count:N0} events; 1 to {AppendRequest.EventsMax:N0} were expected.", nameof(requests));
            }

            if (request.Expected.Value < ExpectedVersion.Any.Value)
            {
                throw new ArgumentException($"Request {i} expects version {request.Expected.Value}; Any, NoStream or Exactly(0 or more) was expected.", nameof(requests));
            }

            for (var j = 0; j < request.Events.Count; j++)
            {
                var @event = request.Events[j];
                if (@event.Stream != request.Stream)
                {
                    throw new ArgumentException($"Request {i} is for stream {request.Stream}, and its event {j} for {@event.Stream}.", nameof(requests));
                }

                Check(@event);
            }
        }
    }

    /// <exception cref="ArgumentException">The event breaks a limit; the message says which.</exception>
    public static void Check(NewEvent @event)
    {
        CheckText(@event.Stream, "stream");
        CheckText(@event.Source, "source");
        CheckText(@event.Id, "id");
        CheckText(@event.Name, "name");
        if (@event.Payload.Length > PayloadBytesMax)
        {
            throw new ArgumentException($"The payload of {@event.Id} has {@event.Payload.Length:N0} bytes; at most {PayloadBytesMax:N0} are stored.", nameof(@event));
        }
    }

    /// <exception cref="ArgumentException">The text is empty, longer than <see cref="TextMax"/>, or not well-formed Unicode.</exception>
    public static void CheckText(string? text, string what)
    {
        if (string.IsNullOrEmpty(text) || text.Length > TextMax)
        {
            throw new ArgumentException($"An event's {what} has 1 to {TextMax:N0} characters; got {text?.Length ?? 0:N0}.", nameof(text));
        }

        // Half a surrogate pair would come back as another text than went in, and two different ids could become one.
        if (text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') >= 0 && !IsWellFormed(text))
        {
            throw new ArgumentException($"An event's {what} is not well-formed Unicode.", nameof(text));
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
