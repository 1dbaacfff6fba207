using Journey.Domain.Identity;

namespace Journey.Host.Stores.Postgres;

/// <content>The rules that identities are resolved by, as the log has them at its end.</content>
internal sealed partial class LogWriter
{
    private const int RulesAtOnce = 200;

    private IdentityRulesFold _rules = new();
    private long _rulesVersion;
    private bool _rulesChanged = true;

    public IdentityRules Rules()
    {
        if (_rulesChanged && _pending.Count > 0)
        {
            // One of them may be the document that says so.
            WriteNow();
        }

        while (_rulesChanged)
        {
            var read = ReadDefinitions(_rulesVersion, RulesAtOnce);
            foreach (var recorded in read)
            {
                _rules.Apply(recorded);
                _rulesVersion = recorded.Version;
            }

            _rulesChanged = read.Count == RulesAtOnce;
        }

        return _rules.Rules;
    }

    /// <summary>Destroys the key of a customer's personal data, for good.</summary>
    /// <param name="at">Unix milliseconds.</param>
    public void DestroyKey(string customer, long at)
    {
        if (Known(customer) is { Id: > 0 } stream)
        {
            _personalRows.Stream = stream;
            _keys.Destroy(_personalRows, stream.Id, at);
        }
    }

    private void ForgetRules() => (_rules, _rulesVersion, _rulesChanged) = (new IdentityRulesFold(), 0, true);
}
