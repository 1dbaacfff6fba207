using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Journey.Host.Stores.Sqlite;

/// <summary>The calls made for every row and column of every event, straight into the library that SQLitePCL has loaded.</summary>
/// <remarks>
/// SQLitePCL counts references to the statement and lets the garbage collector in at every call. For a column that costs ten times what the
/// column does. Those for columns neither wait nor call back: the values lie in memory since the step that found the row.
/// </remarks>
internal static unsafe class NativeStatement
{
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long> ColumnInt64;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*> ColumnBlob;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> ColumnBytes;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int> BindInt64;

    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int> BindNothing;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*, int, nint, int> BindCopiedText;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*, int, nint, int> BindCopiedBlob;

    private static readonly delegate* unmanaged[Cdecl]<nint, int> StepOnce;
    private static readonly delegate* unmanaged[Cdecl]<nint, int> ResetOnce;

    /// <summary>SQLITE_TRANSIENT: the value is copied before the call returns.</summary>
    private const nint Copied = -1;

    /// <summary>SQLITE_STATIC: the value stays where it is for as long as it is bound.</summary>
    private const nint Kept = 0;

    static NativeStatement()
    {
        var library = NativeLibrary.Load("e_sqlite3", typeof(SQLite3Provider_e_sqlite3).Assembly, null);
        ColumnInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long>)NativeLibrary.GetExport(library, "sqlite3_column_int64");
        ColumnBlob = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*>)NativeLibrary.GetExport(library, "sqlite3_column_blob");
        ColumnBytes = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(library, "sqlite3_column_bytes");
        StepOnce = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "sqlite3_step");
        ResetOnce = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "sqlite3_reset");
        BindInt64 = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, long, int>)NativeLibrary.GetExport(library, "sqlite3_bind_int64");
        BindNothing = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, int>)NativeLibrary.GetExport(library, "sqlite3_bind_null");
        BindCopiedText = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*, int, nint, int>)NativeLibrary.GetExport(library, "sqlite3_bind_text");
        BindCopiedBlob = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int, byte*, int, nint, int>)NativeLibrary.GetExport(library, "sqlite3_bind_blob");
    }

    /// <remarks>It may take long and wait for the disk, so that here the collector is let in.</remarks>
    public static int Step(nint statement) => StepOnce(statement);

    public static int Reset(nint statement) => ResetOnce(statement);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Integer(nint statement, int column) => ColumnInt64(statement, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        var bytes = ColumnBlob(statement, column);
        return new ReadOnlySpan<byte>(bytes, ColumnBytes(statement, column));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bind(nint statement, int parameter, long value) => BindInt64(statement, parameter, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BindNull(nint statement, int parameter) => BindNothing(statement, parameter);

    public static int BindText(nint statement, int parameter, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and text without one would be null.
        byte nothing;
        fixed (byte* bytes = utf8)
        {
            return BindCopiedText(statement, parameter, bytes is null ? &nothing : bytes, utf8.Length, Copied);
        }
    }

    /// <param name="utf8">Not copied: must stay where it is until the statement is bound anew or disposed of.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BindKeptText(nint statement, int parameter, byte* utf8, int length) => BindCopiedText(statement, parameter, utf8, length, Kept);

    public static int BindBlob(nint statement, int parameter, ReadOnlySpan<byte> blob)
    {
        byte nothing;
        fixed (byte* bytes = blob)
        {
            return BindCopiedBlob(statement, parameter, bytes is null ? &nothing : bytes, blob.Length, Copied);
        }
    }
}
