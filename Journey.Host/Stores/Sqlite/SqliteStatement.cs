using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using SQLitePCL;

namespace Journey.Host.Stores.Sqlite;

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as in SQLite. Used by one thread at a time.</summary>
public sealed class SqliteStatement : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly sqlite3_stmt _handle;
    private nint _native;

    internal SqliteStatement(SqliteDatabase database, sqlite3_stmt handle)
    {
        _database = database;
        _handle = handle;
        _native = handle.DangerousGetHandle();
    }

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(NativeStatement.Bind(Native, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, long? value)
    {
        Check(value is { } integer ? NativeStatement.Bind(Native, parameter, integer) : NativeStatement.BindNull(Native, parameter));
        return this;
    }

    public SqliteStatement Bind(int parameter, double value)
    {
        Check(raw.sqlite3_bind_double(_handle, parameter, value));
        return this;
    }

    public SqliteStatement BindNull(int parameter)
    {
        Check(NativeStatement.BindNull(Native, parameter));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> blob)
    {
        Check(NativeStatement.BindBlob(Native, parameter, blob));
        return this;
    }

    [SkipLocalsInit]
    public SqliteStatement Bind(int parameter, string? text)
    {
        if (text is null)
        {
            return BindNull(parameter);
        }

        // SQLitePCL's own overload for strings makes an array of each.
        const int onStack = 512;
        if (text.Length <= onStack / 3)
        {
            Span<byte> utf8 = stackalloc byte[onStack];
            return BindText(parameter, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        BindText(parameter, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    internal SqliteStatement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        Check(NativeStatement.BindText(Native, parameter, utf8));
        return this;
    }

    /// <summary>Binds text that is kept in an area for as long as it is bound, and so isn't copied once more.</summary>
    internal unsafe void Bind(int parameter, string text, BoundTexts texts)
    {
        var (utf8, length) = texts.Keep(text);
        Check(NativeStatement.BindKeptText(Native, parameter, (byte*)utf8, length));
    }

    /// <summary>Goes to the next row; false: there is none.</summary>
    public bool Step()
    {
        var code = NativeStatement.Step(Native);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            Fail(code);
        }

        return false;
    }

    /// <summary>Runs a statement that has no rows, and makes it ready for the next time.</summary>
    public void Run()
    {
        var code = NativeStatement.Step(Native);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Fail(code);
        }

        NativeStatement.Reset(Native);
    }

    /// <summary>As <see cref="Run"/>, but a constraint that refuses the row is an answer.</summary>
    internal bool TryRun()
    {
        var code = NativeStatement.Step(Native);
        if (code != raw.SQLITE_DONE && (code & 0xff) != raw.SQLITE_CONSTRAINT)
        {
            Fail(code);
        }

        NativeStatement.Reset(Native);
        return code == raw.SQLITE_DONE;
    }

    public void Reset() => NativeStatement.Reset(Native);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Integer(int column) => NativeStatement.Integer(Native, column);

    public long? IntegerOrNull(int column) => IsNull(column) ? null : Integer(column);

    public double Real(int column) => raw.sqlite3_column_double(_handle, column);

    /// <summary>The value's bytes, UTF-8 for text: valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => NativeStatement.Bytes(Native, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    internal int TypeOf(int column) => raw.sqlite3_column_type(_handle, column);

    public void Dispose()
    {
        _native = 0;
        _handle.Dispose();
    }

    private nint Native
    {
        get
        {
            ObjectDisposedException.ThrowIf(_native == 0, this);
            return _native;
        }
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            Fail(code);
        }
    }

    private void Fail(int code)
    {
        var failure = _database.Failure(code);
        NativeStatement.Reset(Native);
        throw failure;
    }
}
