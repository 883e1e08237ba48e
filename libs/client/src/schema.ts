// Made by `npm run client` from the OpenAPI and AsyncAPI documents: not to be edited.

export interface paths {
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All API keys, without the keys themselves
         * @description In pages, with those that have expired.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key; the answer shows it this once
         * @description For programs: sent as `X-API-Key`, or as the token of a socket. It has a role as users have, and ends at `expiresAt`, if that is given.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an API key; it is refused at once
         * @description Requests with it are 401 within a second, its sockets are closed within five.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description The access token goes into `Authorization: Bearer …` and lasts `expiresIn` seconds; the refresh token gets the next pair. Attempts are limited for each account and address.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session
         * @description Its tokens are refused within a second and its sockets closed within five. An API key has no session: remove the key.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is calling
         * @description The user or the API key behind the request, and its role.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set another password; ends all sessions of the user, this one too
         * @description Takes the current password and the next one, of 12 to 128 characters. Log in again afterwards.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New tokens for a refresh token; showing one twice ends the session
         * @description Each refresh token is good for once: keep the one that comes back. One that is shown a second time was copied, so its whole session ends.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the ledger on from a position, or wait for what comes
         * @description Send the `position` of an answer as the next `after`, and its `epoch` with it, so that nothing is missed.
         */
        get: operations["readEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events as they happen (server-sent events)
         * @description Each event has `id: <epoch>:<position>` and an Event as `data`. A stream that cannot be continued sends `event: reset` with `{epoch, position}`, and goes on from there.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/expectations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Expectations, the youngest first
         * @description By `status`, `itemId` and `location`, if wanted. Finished ones stay.
         */
        get: operations["listExpectations"];
        put?: never;
        /**
         * Expect goods from outside: all lines or none
         * @description They are `incoming` until they are received or cancelled. Lines of the same item and location are summed; they have one cost.
         */
        post: operations["createExpectation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/expectations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An expectation, also a finished one
         * @description With what of each line was received or cancelled, and what is still open.
         */
        get: operations["getExpectation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/expectations/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Expect the rest no longer
         * @description What has been received stays.
         */
        post: operations["cancelExpectation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/expectations/{id}/receive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take in what was delivered, all of it or a part
         * @description Without a body, or without lines, everything. Each line may have a cost of its own, else it is that of the order. `exceeds-expectation`: more than is still expected; with `acceptMore: true` it is taken in. What was not ordered at all is a movement of type `receive`.
         */
        post: operations["receiveExpectation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exports/items.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All items as CSV
         * @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. Text that a spreadsheet would take for a formula has an apostrophe in front. Columns:
         *
         *     - `id`: The id.
         *     - `sku`: The sku.
         *     - `name`: The name.
         *     - `description`: The description.
         *     - `category`: The category.
         *     - `tags`: Separated by `|`.
         *     - `barcodes`: Separated by `|`.
         *     - `quantity`: On hand, over all locations.
         *     - `reserved`: Of these, reserved.
         *     - `unavailable`: Of these, not for sale.
         *     - `available`: quantity − reserved − unavailable.
         *     - `incoming`: On its way here.
         *     - `reorderLevel`: Low stock at or below it.
         *     - `reorderQuantity`: How many to order.
         *     - `unitPrice`: Price of a piece.
         *     - `attributes`: JSON; empty for none.
         *     - `createdAt`: RFC 3339.
         *     - `updatedAt`: RFC 3339.
         *     - `seq`: Number of its last event.
         *     - `position`: Position of its last event.
         */
        get: operations["exportItemsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exports/items.ndjson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All items, an Item in each line
         * @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole.
         */
        get: operations["exportItemsNdjson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exports/movements.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The history of all stock as CSV
         * @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. Text that a spreadsheet would take for a formula has an apostrophe in front. In the order of the ledger, up to `X-Position`. Columns:
         *
         *     - `position`: In the ledger.
         *     - `at`: When it was recorded, RFC 3339.
         *     - `effectiveAt`: When it happened.
         *     - `type`: Event type.
         *     - `itemId`: The item.
         *     - `sku`: Its sku then.
         *     - `name`: Its name then.
         *     - `category`: Its category then.
         *     - `location`: Where.
         *     - `change`: Of the pieces on hand.
         *     - `quantityBefore`: On hand before, all locations.
         *     - `quantityAfter`: On hand after, all locations.
         *     - `availableAfter`: Available after, all locations.
         *     - `onHandThere`: On hand at the location, after.
         *     - `unitCost`: Cost of a piece.
         *     - `reason`: Why.
         *     - `reference`: For example an invoice.
         *     - `note`: A note.
         *     - `actor`: Who: e-mail address or name of an API key.
         *     - `actorId`: Who: the id.
         *     - `operationId`: What was booked together.
         *     - `seq`: Number of the event, of its item.
         */
        get: operations["exportMovementsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exports/movements.ndjson": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The history of all stock, an Event in each line
         * @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. In the order of the ledger, up to `X-Position`.
         */
        get: operations["exportMovementsNdjson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Imports, the newest first
         * @description Finished ones are kept for 30 days, those that had an Idempotency-Key for ever; the errors of both for 30 days.
         */
        get: operations["listImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How an import stands
         * @description With the rows that were applied and rejected so far, and the first 100 errors.
         */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/errors.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was refused of an import, as CSV
         * @description The first 10000, by line.
         */
        get: operations["getImportErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create items from a file
         * @description A CSV file in UTF-8 of up to 50 MiB, cells separated by comma, semicolon or tab, names of columns in the first line. Each row is booked on its own, in the order of the file, with the caller as its actor; `Location` tells where to see how far it is. Columns:
         *
         *     - `name`, also `title`, `itemname`, `productname`, `product`, `item`
         *     - `description`, also `details`, `longdescription`
         *     - `quantity`, also `qty`, `pieces`, `units`, `amount`, `onhand`, `stock`
         *     - `reorderLevel`, also `reorderpoint`, `minimum`, `minimumstock`, `minstock`, `lowstock`
         *     - `reorderQuantity`, also `reorderqty`, `orderquantity`, `orderqty`
         *     - `unitPrice`, also `price`, `saleprice`, `sellingprice`, `retailprice`
         *     - `sku`, also `stockcode`, `itemcode`, `itemnumber`, `article`, `articlenumber`, `articleno`, `productcode`, `partnumber`
         *     - `category`, also `group`, `productgroup`, `department`
         *     - `barcodes`, also `barcode`, `ean`, `ean13`, `gtin`, `upc`
         *     - `tags`, also `tag`, `labels`, `keywords`
         *     - `attributes`
         *
         *     Required: `name`.
         */
        post: operations["importItems"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move stock from a file
         * @description A CSV file in UTF-8 of up to 50 MiB, cells separated by comma, semicolon or tab, names of columns in the first line. Each row is booked on its own, in the order of the file, with the caller as its actor; `Location` tells where to see how far it is. Columns:
         *
         *     - `itemId`, also `id`, `item`
         *     - `sku`, also `stockcode`, `itemcode`, `itemnumber`, `article`, `articlenumber`, `articleno`, `productcode`, `partnumber`
         *     - `barcode`, also `ean`, `ean13`, `gtin`, `upc`
         *     - `type`, also `movement`, `movementtype`, `action`, `kind`
         *     - `quantity`, also `qty`, `pieces`, `units`, `amount`, `onhand`, `stock`
         *     - `location`, also `warehouse`, `store`, `bin`, `place`
         *     - `unitCost`, also `cost`, `costprice`, `purchaseprice`, `unitprice`, `price`
         *     - `changeFrom`
         *     - `reason`, also `why`
         *     - `reference`, also `ref`, `invoice`, `invoiceno`, `invoicenumber`, `order`, `orderno`, `ordernumber`, `document`
         *     - `note`, also `notes`, `comment`, `remark`, `remarks`
         *     - `effectiveAt`, also `date`, `time`, `datetime`, `timestamp`, `invoicedate`, `when`
         *
         *     Required: `type`; `quantity`; `sku` or `barcode` or `itemId`.
         */
        post: operations["importMovements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List items, page by page
         * @description `attr.<key>=<value>` beside the other filters: only items with this attribute; also for several keys.
         */
        get: operations["listItems"];
        put?: never;
        /**
         * Create an item
         * @description Only the name is required. A `quantity` is what is on hand at `main` to begin with; without a `sku` the item gets one. The answer is the item.
         */
        post: operations["createItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An item with its stock
         * @description With the figures of its first 50 locations. A deleted item is 404; its history stays in `GET /items/{id}/movements`.
         */
        get: operations["getItem"];
        /**
         * Change fields of an item; quantity counts the stock
         * @description Any subset of the fields. `quantity` sets the total on hand and books the difference at `main` as a count. Nothing changed: no event. `null` clears category and reorderQuantity.
         */
        put: operations["updateItem"];
        post?: never;
        /**
         * Delete an item; what is left of it is written off
         * @description What is on its way of it, in transfers and expectations, does not come any more. `item-incoming`: that is more than 500 of one of these.
         */
        delete: operations["deleteItem"];
        options?: never;
        head?: never;
        /**
         * The same as PUT: any subset of the fields
         * @description Fields that are left out stay as they are.
         */
        patch: operations["patchItem"];
        trace?: never;
    };
    "/items/{id}/barcode.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A barcode of an item as an image, to print or to show
         * @description SVG of the first barcode, else of the sku; `code` chooses another code of the item, `type` how it is drawn.
         */
        get: operations["drawBarcode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{id}/levels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stock of an item, location by location
         * @description By the code of the location, in pages: an item itself shows the first 50 only.
         */
        get: operations["listLevels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{id}/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The history of one item
         * @description As `GET /movements`. Items that were deleted have a history, too; an id that never was one is 404.
         */
        get: operations["listItemMovements"];
        put?: never;
        /**
         * Move stock of one item
         * @description As `POST /movements` with one line, written flat.
         */
        post: operations["moveItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a deleted item back, with quantity 0
         * @description Its history goes on. If its sku or a barcode was taken meanwhile: 409 `duplicate`. One that is not deleted is answered as it is.
         */
        post: operations["restoreItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/{id}/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stock of an item as of a time
         * @description On the `recorded` clock: what the books said then, for ever the same. On the `effective` clock: what is known today about then; what is entered late changes it. Zeros before the first event. Deleted items answer too.
         */
        get: operations["getStockAsOf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/by-barcode/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The item that has a barcode now
         * @description A barcode belongs to one item at a time.
         */
        get: operations["getItemByBarcode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/items/by-sku/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The item that has a sku now
         * @description Skus are case-sensitive. One that was changed, or whose item was deleted, is free for another item.
         */
        get: operations["getItemBySku"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the projections anew from the ledger
         * @description For operators: items, reservations, transfers and expectations follow from the ledger and are made again. Nothing is lost by it.
         */
        post: operations["rebuildProjections"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prove that the ledger and its projections are sound
         * @description Walks every event, then compares every projection with the fold of its events. Takes seconds for 100,000.
         */
        get: operations["verifyLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The places where stock can be, by code
         * @description In pages. Closed ones are left out; `closed=true` lists only them.
         */
        get: operations["listLocations"];
        put?: never;
        /**
         * Add a place where stock can be, or open a closed one again
         * @description The code of a closed location opens that one again, with this name and address.
         */
        post: operations["createLocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/locations/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A location, also a closed one
         * @description `main` is always there.
         */
        get: operations["getLocation"];
        put?: never;
        post?: never;
        /**
         * Close a location that is empty
         * @description Nothing can be moved to or from it from then on; its history stays. Refused with `location-not-empty` while any stock is there (on hand, reserved, set aside or on its way there), and always for `main`. One that is closed already: 204.
         */
        delete: operations["closeLocation"];
        options?: never;
        head?: never;
        /**
         * Change name or address of a location
         * @description The code never changes: movements say it.
         */
        patch: operations["updateLocation"];
        trace?: never;
    };
    "/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The history of all stock
         * @description What moved stock, newest first unless `order=asc`; all filters have to match. A page may be short where they match little: go on while there is a cursor.
         */
        get: operations["listMovements"];
        put?: never;
        /**
         * Move stock: all lines or none
         * @description Lines of one item are summed before they are checked. An `effectiveAt` before a later count of a place changes the past, not today: the operation also records the `stock.counted` that makes up for it.
         */
        post: operations["createMovement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/movements/{position}/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back the movement at a position, once
         * @description Records the opposite as `stock.reversed`, with `links.reverses`. Either position of a transfer takes back both of its events. It counts as at the time of the original, so a count made since holds: then a `stock.counted` makes up for it. Events of items, counts, reversals and what belongs to a reservation, a transfer or an expectation are `not-reversible`.
         */
        post: operations["reverseMovement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/movements/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move stock, up to 1,000 rows, each on its own
         * @description Rows are answered in the order of the request. Under an `Idempotency-Key` row n has the key `<key>:<n>`; an answer of which every applied row is a repeat is `Idempotency-Replayed`. When the inventory fails midway, the rows that were applied say so and the others carry the problem (`timeout`: the outcome is not known): repeat the request with its key to complete it.
         */
        post: operations["createMovements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/abc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Items in classes A, B and C, by the value that was issued of them
         * @description The items that most was issued of by value come first: they are of class A until `a` % of the value of all is reached, then of class B until `b` %, and the rest of class C. All pages are of the position and of the period of the first.
         */
        get: operations["getClassReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/dead-stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Items on hand of which nothing was issued for long
         * @description What is worth most comes first. All pages are of the position of the first.
         */
        get: operations["getDeadStockReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/reorder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What to order, by name
         * @description Items whose `projected` stock (available + incoming) is at or below their reorder level. Suggested is `reorderQuantity`, or what fills up to the level, in whole packs of `attributes.packSize`. A page may be short: go on while there is a `nextCursor`.
         */
        get: operations["getReorderReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All items together, at one position of the ledger
         * @description How many items and pieces, what they are worth at their prices, how many are low and how many out.
         */
        get: operations["getSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/turnover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How stock turned over in a period
         * @description Cost of goods issued ÷ average inventory, of each item and of all, and how many days the stock lasts at that rate. By the time at which things happened (`effectiveAt`); what was taken back counts as if it had not happened. The most issued first, by value. All pages are of the position and of the period of the first.
         */
        get: operations["getTurnoverReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/valuation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the stock on hand cost
         * @description From the ledger, as recorded up to `asOf`. Pieces cost what their receipt said (`unitCost`), else what the others cost, else the item’s `unitPrice` then. All pages are of the position of the first. A large ledger may need several tries (503 with Retry-After).
         */
        get: operations["getValuation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reservations, the youngest first
         * @description By `status` and by `itemId`, if wanted. Finished ones stay.
         */
        get: operations["listReservations"];
        put?: never;
        /**
         * Reserve stock for a time: all lines or none
         * @description Lines of the same item and location are summed. It expires by itself within a second of `expiresAt`, unless it is extended, committed, fulfilled or released before. `too-many-reservations`: the caller holds as many as may be (`RESERVATIONS_PER_CALLER`).
         */
        post: operations["createReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A reservation, also a finished one
         * @description With what of each line is fulfilled, and what is still open.
         */
        get: operations["getReservation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{id}/commit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn it into an order, which does not expire
         * @description One that is committed already is answered as it is.
         */
        post: operations["commitReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold it until this long from now
         * @description Also shorter than before. Only what is held: a committed one does not expire.
         */
        post: operations["extendReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{id}/fulfil": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue what is reserved, or a part of it
         * @description Without a body, or without lines, everything. `exceeds-reservation`: more than is still reserved by it.
         */
        post: operations["fulfilReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reservations/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give back what is still reserved
         * @description What was fulfilled stays so. A finished one is 409 `reservation-closed`.
         */
        post: operations["releaseReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stocktakes, the newest first
         * @description By `status` and by `location`, if wanted. Those that are over stay.
         */
        get: operations["listStocktakes"];
        put?: never;
        /**
         * Open a count of a location, or of a part of it
         * @description What is expected of each item is frozen as of exactly `position`; stock goes on moving meanwhile. Up to 2000 items: an approval books them as one operation.
         */
        post: operations["openStocktake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stocktake, also a closed one
         * @description How much of it is counted, and who opened and closed it; its sheet is at `/lines`.
         */
        get: operations["getStocktake"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Book what was counted, as one operation
         * @description For each line a `stock.counted` with `links.stocktakeId`, also without a difference: on hand changes by what was counted less what was there at the moment of the count, so what has moved since stays. All lines or none; what is refused names the line, and all of them in `lines`. With `dryRun=true`: what would be booked.
         */
        post: operations["approveStocktake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give it up: nothing is booked
         * @description What was entered stays on its sheet. One that is over is 409 `stocktake-closed`.
         */
        post: operations["cancelStocktake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes/{id}/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter what was counted: all or none
         * @description Each count is compared with what the ledger has on hand at that moment, so enter it when it is made. `add` is for scanning piece by piece, by as many people as like. An item that is not on the sheet is added to it, as `unexpected`.
         */
        post: operations["enterCounts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes/{id}/counts.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter counts from a file: all or none
         * @description A CSV file in UTF-8 of up to 10000 rows. Where anything is wrong nothing is counted, and `errors` names line and column. A row without a quantity was not counted and is passed over. An item in several rows is an error, unless `mode=add` sums them. Columns:
         *
         *     - `itemId`, also `id`, `item`
         *     - `sku`, also `stockcode`, `itemcode`, `itemnumber`, `article`, `articlenumber`, `articleno`, `productcode`, `partnumber`
         *     - `barcode`, also `ean`, `ean13`, `gtin`, `upc`
         *     - `quantity`, also `qty`, `pieces`, `units`, `amount`, `onhand`, `stock`, `counted`, `count`
         *
         *     Required: `quantity`; `sku` or `barcode` or `itemId`.
         */
        post: operations["enterCountsCsv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stocktakes/{id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is to be counted and what was, by name
         * @description `variance` is what was counted less what the ledger had at that moment, not less what was expected.
         */
        get: operations["listStocktakeLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Transfers, the youngest first
         * @description By `status`, `itemId` and `location` (from there or to there), if wanted. Finished ones stay.
         */
        get: operations["listTransfers"];
        put?: never;
        /**
         * Send goods to another location: all lines or none
         * @description They leave `from` at once and are `incoming` at `to` until they are received. Lines of the same item are summed. For goods that are there at once, a movement of type `transfer` does both.
         */
        post: operations["createTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A transfer, also a finished one
         * @description Of every line `quantity = received + returned + missing + open`.
         */
        get: operations["getTransfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfers/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring the rest back to where it left
         * @description `not-found` also when that location was closed meanwhile.
         */
        post: operations["cancelTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfers/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record that the rest will not arrive
         * @description What is still under way is lost: it is not `incoming` any more, and on record as `missing`.
         */
        post: operations["closeTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfers/{id}/receive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take in what has arrived, all of it or a part
         * @description Without a body, or without lines, everything. `exceeds-transfer`: more than is still under way.
         */
        post: operations["receiveTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All users, in the order of their creation
         * @description In pages. Passwords are never shown.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Create a user
         * @description The role is viewer, clerk, manager or admin; each may do what the one before may. The password has 12 to 128 characters.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a user and end its sessions
         * @description What the user did stays in the ledger under its name. The last admin stays: 409 `last-admin`.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change role or state; if anything changed, the sessions of the user end
         * @description `disabled: true` keeps the user and lets it in no more. The last admin stays one: 409 `last-admin`.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Webhooks, in the order of creation
         * @description Without their secrets.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Have events delivered by HTTP; the answer shows the secret this once
         * @description Each event is posted as `{type, timestamp, data: Event}`, signed as [Standard Webhooks](https://www.standardwebhooks.com) says (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`), in order of position, at least once: an answer of 2xx within 10 s is taken, everything else is tried again for three days.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a webhook stands
         * @description `lag` is how many positions it is behind, `nextAttemptAt` when a failed delivery is tried again.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Remove a webhook and its log
         * @description One delivery may still be under way.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change, stop or start a webhook
         * @description Another `url`, `types` or `itemIds`; `null` takes a filter away. `disabled: false` goes on where it stopped.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Attempts, the newest first; about the last thousand are kept, for thirty days
         * @description Each with status code, error and duration: what to look at when a webhook is `failing`.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver everything after a position again
         * @description With the same `webhook-id` as the first time, so that a receiver knows what it has seen. One that is parked or disabled delivers again.
         */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try again at once: one that is parked, disabled, or waits for its next attempt
         * @description It goes on with the event at which it stopped.
         */
        post: operations["resumeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new secret; for 24 hours the old one signs too
         * @description The answer shows it this once. Until `previousSecretExpiresAt` deliveries carry a signature with each.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post a message of type webhook.test now; the answer is what came of it
         * @description Also to a webhook that is parked or disabled. Nothing is tried again, and its place does not change.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Acknowledged: {
            /** @enum {boolean} */
            ok: true;
        };
        Alert: {
            /** @example 3 */
            available: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            kind: components["schemas"]["AlertKind"];
            /** @example White hanging heart */
            name: string;
            /**
             * @description Of the event with which it happened.
             * @example 1042
             */
            position: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @description The reorder level, or what is watched for.
             * @example 3
             */
            threshold: number;
        };
        /** @enum {string} */
        AlertKind: "low-stock" | "recovered" | "watch";
        Announce: {
            /**
             * @description null leaves.
             * @example counting
             */
            activity: string | null;
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
        };
        Announced: {
            members: components["schemas"]["Member"][];
            /** @enum {boolean} */
            ok: true;
        };
        ApiKey: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-05T10:15:00.000Z
             */
            expiresAt: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /** @example Web shop */
            name: string;
            role: components["schemas"]["Role"];
        };
        ApiKeyPage: {
            data: components["schemas"]["ApiKey"][];
            page: components["schemas"]["PageInfo"];
        };
        ApprovedStocktake: {
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            lines: components["schemas"]["BookedLine"][];
            stocktake: components["schemas"]["Stocktake"];
        };
        ApproveStocktake: {
            /**
             * @description On each event.
             * @default stocktake
             */
            reason?: string;
            /** @description Where less was counted than is reserved: releases held reservations, youngest first. */
            releaseHolds?: boolean;
            /**
             * @description What becomes of lines that nobody has counted: nothing, or they count as none found.
             * @default ignore
             * @enum {string}
             */
            uncounted?: "ignore" | "zero";
        };
        Authenticate: {
            /** @description A fresh access token of the same user, or the API key. */
            token: string;
        };
        BatchResult: {
            dryRun?: boolean;
            results: components["schemas"]["RowResult"][];
        };
        BookedLine: {
            /**
             * @description How on hand changes today.
             * @example -1
             */
            change: number;
            /** @example 9 */
            counted: number;
            /**
             * @description What was on hand at the moment of the count, as the ledger knows by now.
             * @example 10
             */
            expected: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example White hanging heart */
            name: string;
            /**
             * @description On hand afterwards.
             * @example 10
             */
            onHand: number;
            /** @example 85123A */
            sku: string | null;
            /** @description There was a difference, and the place was counted again since, outside of this stocktake: that count holds. */
            superseded: boolean;
        };
        Change: {
            /** @example 0 */
            incoming: number;
            /** @example -3 */
            onHand: number;
            /** @example 0 */
            reserved: number;
            /** @example 0 */
            unavailable: number;
        };
        ChangePassword: {
            current: string;
            /** @example correct horse battery */
            next: string;
        };
        ClassedItem: {
            class: components["schemas"]["ItemClass"];
            /**
             * @description Of this item and all before it, in %.
             * @example 62.5
             */
            cumulativeShare: number;
            /**
             * @description Pieces issued in the period.
             * @example 28
             */
            issued: number;
            /**
             * @description issued × unitCost
             * @example 80.5
             */
            issuedValue: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example White hanging heart */
            name: string;
            /**
             * @description Of the value of all items, in %.
             * @example 12.5
             */
            share: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @description What a piece cost on average, of all that came in with a `unitCost` before the end of the period; else the price of the item.
             * @example 2.875
             */
            unitCost: number;
        };
        ClassReport: {
            /** @example 80 */
            a: number;
            /** @example 95 */
            b: number;
            /** @description Of all items, on every page. */
            classes: components["schemas"]["ClassTotals"];
            data: components["schemas"]["ClassedItem"][];
            /**
             * Format: date-time
             * @example 2025-01-05T10:00:00.000Z
             */
            from: string;
            page: components["schemas"]["PageInfo"];
            /**
             * @description Of all that was recorded up to this event.
             * @example 1042
             */
            position: number;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.000Z
             */
            to: string;
        };
        ClassTotal: {
            /** @example 41250 */
            issued: number;
            /** @example 103511.8 */
            issuedValue: number;
            /** @example 312 */
            items: number;
            /**
             * @description Of the value of all items, in %.
             * @example 79.8
             */
            share: number;
        };
        ClassTotals: {
            A: components["schemas"]["ClassTotal"];
            B: components["schemas"]["ClassTotal"];
            C: components["schemas"]["ClassTotal"];
        };
        /** @enum {string} */
        Clock: "recorded" | "effective";
        CloseTransfer: {
            /** @example one carton missing */
            reason: string;
        };
        /** @enum {string} */
        CostMethod: "average" | "fifo";
        CountEntry: {
            barcode?: string;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId?: string;
            /**
             * @description `set`: this many are there. `add`: so many more were found (less than 0 takes back). `clear`: as if not counted.
             * @default set
             * @enum {string}
             */
            mode?: "set" | "add" | "clear";
            /**
             * @description What is there, or for `add` how many more.
             * @example 12
             */
            quantity?: number;
            /** @example 85123A */
            sku?: string;
        };
        CountResult: {
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            /** @description Each line touched, once; of those that were cleared, as they are. */
            lines: components["schemas"]["StocktakeLine"][];
            /**
             * @description State of the ledger that they are compared with.
             * @example 1042
             */
            position: number;
            /** @description As it is with these counts. */
            stocktake: components["schemas"]["Stocktake"];
        };
        CreateApiKey: {
            /**
             * Format: date-time
             * @description When it stops working; without it, never.
             * @example 2026-01-05T10:00:00Z
             */
            expiresAt?: string;
            /** @example till 3 */
            name: string;
            /** @enum {string} */
            role: "viewer" | "clerk" | "manager" | "admin";
        };
        CreatedApiKey: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-05T10:15:00.000Z
             */
            expiresAt: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description The key itself: shown this once.
             * @example sw_65a1b2c3d4e5f60718293a4b_…
             */
            key: string;
            /** @example Web shop */
            name: string;
            role: components["schemas"]["Role"];
        };
        CreatedWebhook: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @description Whether the deliveries are stopped, by `PATCH` or because the endpoint answered 410. */
            disabled: boolean;
            /**
             * @description The ledger that `position` belongs to.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            epoch: string;
            /**
             * Format: date-time
             * @description When that delivery failed first.
             * @example null
             */
            failingSince: string | null;
            /**
             * @description Failed attempts at the delivery that is due.
             * @example 0
             */
            failures: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description null: all.
             * @example null
             */
            itemIds: string[] | null;
            /**
             * @description Positions of the ledger after `position`.
             * @example 0
             */
            lag: number;
            /**
             * Format: date-time
             * @example null
             */
            lastDeliveredAt: string | null;
            /**
             * @description Why the last attempt failed.
             * @example null
             */
            lastError: string | null;
            /**
             * Format: date-time
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @example null
             */
            parkedAt: string | null;
            /**
             * @description Everything up to here was delivered or did not match.
             * @example 1042
             */
            position: number;
            /**
             * Format: date-time
             * @description Until then the secret before the last rotation signs too.
             * @example null
             */
            previousSecretExpiresAt: string | null;
            /**
             * @description Verifies the signatures. Shown this once.
             * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDzOkUOhQWJRo=
             */
            secret: string;
            /** @description `failing`: the last attempt failed and is repeated at `nextAttemptAt`. `parked`: it failed for three days; `POST …/resume` goes on. `disabled`: by `PATCH`, or because the endpoint answered 410. */
            status: components["schemas"]["WebhookStatus"];
            /**
             * @description null: all.
             * @example null
             */
            types: components["schemas"]["EventType"][] | null;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            updatedAt: string;
            /** @example https://shop.example.com/hooks/stockwire */
            url: string;
        };
        CreateExpectation: {
            /**
             * Format: date-time
             * @description When the goods should be here.
             * @example 2026-01-05T10:00:00Z
             */
            expectedAt?: string;
            lines: components["schemas"]["ExpectationLine"][];
            /**
             * @description For example a purchase order.
             * @example PO-2041
             */
            reference?: string;
            /** @example Hearts & Co */
            supplier?: string;
        };
        CreateItem: {
            /**
             * @example {
             *       "colour": "white",
             *       "fragile": true
             *     }
             */
            attributes?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description Unique over all items.
             * @default []
             */
            barcodes?: string[];
            /** @example decoration */
            category?: string | null;
            /** @default  */
            description?: string;
            /** @example White hanging heart */
            name: string;
            /**
             * @description Pieces on hand at `main` to begin with.
             * @default 0
             * @example 10
             */
            quantity?: number;
            /**
             * @description Available at or below this is low stock.
             * @default 0
             * @example 3
             */
            reorderLevel?: number;
            /**
             * @description How many to order when stock is low.
             * @example 12
             */
            reorderQuantity?: number | null;
            /**
             * @description Stock keeping unit; unique. Without one the item gets `SKU-` and ten digits or letters.
             * @example 85123A
             */
            sku?: string;
            /**
             * @default []
             * @example [
             *       "gift"
             *     ]
             */
            tags?: string[];
            /**
             * @default 0
             * @example 2.55
             */
            unitPrice?: number;
        };
        CreateLocation: {
            /** @example Torstraße 1, 10119 Berlin */
            address?: string | null;
            /**
             * @description Unique, and what movements name it by; it never changes.
             * @example shop-berlin
             */
            code: string;
            /** @example Shop in Berlin */
            name: string;
        };
        CreateMovement: {
            /**
             * Format: date-time
             * @description When it happened, if not now. A time in the future means now.
             * @example 2026-01-05T10:00:00Z
             */
            effectiveAt?: string;
            lines: components["schemas"]["Line"][];
            note?: string;
            /**
             * @description Required for `adjust`, `set_aside` and `put_back`.
             * @example sale
             */
            reason?: string;
            /**
             * @description For example an invoice number.
             * @example 536365
             */
            reference?: string;
        };
        CreateReservation: {
            lines: components["schemas"]["ReservationLine"][];
            /**
             * @description For example a cart or an order.
             * @example cart-17
             */
            reference?: string;
            /**
             * @description Seconds from now, up to seven days.
             * @example 900
             */
            ttlSeconds: number;
        };
        CreateTransfer: {
            /**
             * @description Where the goods leave: they must be available there.
             * @example main
             */
            from: string;
            lines: components["schemas"]["TransferLine"][];
            /**
             * @description For example a delivery note.
             * @example van-3/2041
             */
            reference?: string;
            /**
             * @description Where they are expected.
             * @example shop-berlin
             */
            to: string;
        };
        CreateUser: {
            /**
             * Format: email
             * @example ana@example.com
             */
            email: string;
            /** @example correct horse battery */
            password: string;
            /** @enum {string} */
            role: "viewer" | "clerk" | "manager" | "admin";
        };
        CreateWebhook: {
            /**
             * @description Deliver the events after this position; without it, those that come from now on.
             * @example 1000
             */
            after?: number;
            /**
             * @description Only events of these items; null: of all.
             * @example null
             */
            itemIds?: string[] | null;
            /**
             * @description Only events of these types; null: of all.
             * @example null
             */
            types?: ("item.created" | "item.updated" | "item.deleted" | "item.restored" | "stock.received" | "stock.returned" | "stock.issued" | "stock.written_off" | "stock.adjusted" | "stock.counted" | "stock.transferred_out" | "stock.transferred_in" | "stock.set_aside" | "stock.put_back" | "stock.reversed" | "stock.reserved" | "stock.hold_extended" | "stock.released" | "stock.expired" | "stock.committed" | "stock.fulfilled" | "stock.expected")[] | null;
            /**
             * @description http or https, without user and password. A private or loopback address is refused unless `WEBHOOK_ALLOW_PRIVATE` is set.
             * @example https://shop.example.com/hooks/stockwire
             */
            url: string;
        };
        Cursor: {
            /**
             * @description The identity of the ledger.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            epoch: string;
            /** @example 1042 */
            position: number;
        };
        DeadItem: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /**
             * Format: date-time
             * @description When something was last issued.
             * @example 2026-01-05T10:00:00.123Z
             */
            lastIssuedAt: string | null;
            /**
             * Format: date-time
             * @description When its stock last changed in any way.
             * @example 2026-01-05T10:00:00.123Z
             */
            lastMovedAt: string;
            /** @example White hanging heart */
            name: string;
            /**
             * @description On hand, over all locations.
             * @example 14
             */
            quantity: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @description What a piece cost on average, of all that came in with a `unitCost` before the end of the period; else the price of the item.
             * @example 2.875
             */
            unitCost: number;
            /**
             * @description quantity × unitCost
             * @example 40.25
             */
            value: number;
        };
        DeadStock: {
            data: components["schemas"]["DeadItem"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description Exactly the state after this event.
             * @example 1042
             */
            position: number;
            /**
             * Format: date-time
             * @example 2025-10-07T10:00:00.000Z
             */
            since: string;
            /** @description Of all such items, on every page. */
            total: components["schemas"]["DeadTotal"];
        };
        DeadTotal: {
            /** @example 212 */
            items: number;
            /** @example 3904 */
            quantity: number;
            /** @example 9120.4 */
            value: number;
        };
        Delivery: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            at: string;
            /**
             * @description 1 for the first.
             * @example 1
             */
            attempt: number;
            /** @example 38 */
            durationMs: number;
            /** @example null */
            error: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description The header `webhook-id`: the same for every attempt at the same event.
             * @example 65a1b2c3d4e5f60718293a4b_0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10_1042
             */
            messageId: string;
            /**
             * @description Of the event; null for a test.
             * @example 1042
             */
            position: number | null;
            status: components["schemas"]["DeliveryStatus"];
            /**
             * @description null: there was no answer.
             * @example 200
             */
            statusCode: number | null;
            /**
             * @description Of the event; also `webhook.test` and `ledger.reset`.
             * @example stock.issued
             */
            type: string;
        };
        DeliveryPage: {
            data: components["schemas"]["Delivery"][];
            page: components["schemas"]["PageInfo"];
        };
        /** @enum {string} */
        DeliveryStatus: "succeeded" | "failed";
        DryRun: {
            /** @enum {boolean} */
            dryRun: true;
        };
        EndOrder: {
            /** @example ordered by mistake */
            reason?: string;
        };
        EnterCounts: {
            counts: components["schemas"]["CountEntry"][];
        };
        /** @enum {string} */
        ErrorCode: "validation" | "idempotency-key-invalid" | "unauthenticated" | "forbidden" | "not-found" | "duplicate" | "insufficient-stock" | "stale-quantity" | "quantity-out-of-range" | "item-reserved" | "item-incoming" | "reserved-exceeds-stock" | "reservation-closed" | "exceeds-reservation" | "too-many-reservations" | "transfer-closed" | "exceeds-transfer" | "expectation-closed" | "exceeds-expectation" | "stocktake-closed" | "stocktake-empty" | "stocktake-too-large" | "too-many-stocktakes" | "too-many-webhooks" | "too-many-rooms" | "too-many-watches" | "already-reversed" | "not-reversible" | "location-not-empty" | "epoch-changed" | "last-admin" | "stale-version" | "too-large" | "unsupported-media-type" | "idempotency-key-reused" | "rate-limited" | "internal" | "unavailable" | "overloaded" | "timeout";
        /**
         * @example {
         *       "position": 1042,
         *       "epoch": "0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10",
         *       "type": "stock.issued",
         *       "itemId": "65a1b2c3d4e5f60718293a4b",
         *       "sku": "85123A",
         *       "name": "White hanging heart",
         *       "seq": 17,
         *       "at": "2026-01-05T10:00:00.123Z",
         *       "effectiveAt": "2026-01-05T10:00:00.123Z",
         *       "actor": {
         *         "kind": "user",
         *         "id": "65a1b2c3d4e5f60718293a4b",
         *         "name": "ana@example.com"
         *       },
         *       "operationId": "0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10",
         *       "reason": "sale",
         *       "reference": "536365",
         *       "note": null,
         *       "location": "main",
         *       "change": {
         *         "onHand": -3,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "incoming": 0
         *       },
         *       "before": {
         *         "quantity": 10,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "available": 10,
         *         "incoming": 0
         *       },
         *       "after": {
         *         "quantity": 7,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "available": 7,
         *         "incoming": 0
         *       },
         *       "level": {
         *         "onHand": 7,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "incoming": 0
         *       },
         *       "unitCost": null,
         *       "category": "Decoration",
         *       "links": {},
         *       "fields": null
         *     }
         */
        Event: {
            actor: components["schemas"]["EventActor"];
            after: components["schemas"]["Totals"];
            /**
             * Format: date-time
             * @description When it was recorded.
             * @example 2026-01-05T10:00:00.123Z
             */
            at: string;
            before: components["schemas"]["Totals"];
            /** @example Decoration */
            category: string | null;
            change: components["schemas"]["Change"];
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-05T10:00:00.123Z
             */
            effectiveAt: string;
            /**
             * @description The identity of the ledger; a restore from a backup changes it.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            epoch: string;
            /**
             * @description For item events: `{name: [old, new]}`. For events of a reservation, a transfer or an expectation, what changed of that: `status`, and `expiresAt`, `from` and `to`, `expectedAt` and `supplier`. For a count of a stocktake `counted`: what the ledger had on hand when it was counted, and what was counted.
             * @example null
             */
            fields: {
                [key: string]: unknown[];
            } | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @description The figures of the location after the event. */
            level: components["schemas"]["Change"] | null;
            links: components["schemas"]["Links"];
            /** @example main */
            location: string | null;
            /** @example WHITE HANGING HEART */
            name: string;
            /** @example null */
            note: string | null;
            /**
             * @description Events of one operation have consecutive positions.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            operationId: string;
            /**
             * @description 1, 2, 3 … without a gap, in commit order.
             * @example 1042
             */
            position: number;
            /** @example sale */
            reason: string | null;
            /** @example 536365 */
            reference: string | null;
            /**
             * @description Of the item: 1, 2, 3 … without a gap.
             * @example 17
             */
            seq: number;
            /** @example 85123A */
            sku: string | null;
            type: components["schemas"]["EventType"];
            /** @example 1.25 */
            unitCost: number | null;
        };
        EventActor: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /** @enum {string} */
            kind: "user" | "api-key" | "system";
            /** @example ana@example.com */
            name: string;
        };
        EventBatch: {
            events: components["schemas"]["Event"][];
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
        };
        EventPage: {
            /** @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10 */
            epoch: string;
            events: components["schemas"]["Event"][];
            /**
             * @description The newest position of the ledger.
             * @example 1042
             */
            head: number;
            /**
             * @description Send as `after` next, also when the filter matched nothing.
             * @example 1042
             */
            position: number;
        };
        /** @enum {string} */
        EventType: "item.created" | "item.updated" | "item.deleted" | "item.restored" | "stock.received" | "stock.returned" | "stock.issued" | "stock.written_off" | "stock.adjusted" | "stock.counted" | "stock.transferred_out" | "stock.transferred_in" | "stock.set_aside" | "stock.put_back" | "stock.reversed" | "stock.reserved" | "stock.hold_extended" | "stock.released" | "stock.expired" | "stock.committed" | "stock.fulfilled" | "stock.expected";
        Expectation: {
            /** @description Who made it. */
            actor: components["schemas"]["EventActor"];
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            /**
             * Format: date-time
             * @example 2026-01-12T00:00:00.000Z
             */
            expectedAt: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            lines: components["schemas"]["ExpectedLine"][];
            /**
             * @description Position in the ledger of its last event.
             * @example 1042
             */
            position: number;
            /**
             * @description Why it was cancelled.
             * @example null
             */
            reason: string | null;
            /** @example PO-2041 */
            reference: string | null;
            status: components["schemas"]["ExpectationStatus"];
            /** @example Hearts & Co */
            supplier: string | null;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            updatedAt: string;
        };
        ExpectationLine: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @default main */
            location?: string;
            /** @example 48 */
            quantity: number;
            /**
             * @description Cost of a piece.
             * @example 1.85
             */
            unitCost?: number;
        };
        ExpectationPage: {
            data: components["schemas"]["Expectation"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound: what is shown may be newer.
             * @example 1042
             */
            position: number;
        };
        /** @enum {string} */
        ExpectationStatus: "open" | "received" | "cancelled";
        ExpectedLine: {
            /**
             * @description Not expected any more.
             * @example 0
             */
            cancelled: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example main */
            location: string;
            /**
             * @description Still to come: `incoming` of the item at the location.
             * @example 6
             */
            open: number;
            /**
             * @description Ordered.
             * @example 10
             */
            quantity: number;
            /**
             * @description Arrived; more than `quantity` when more was delivered and taken in.
             * @example 4
             */
            received: number;
            /**
             * @description Cost of a piece, as ordered.
             * @example 1.25
             */
            unitCost: number | null;
        };
        ExtendReservation: {
            /**
             * @description Seconds from now, up to seven days.
             * @example 900
             */
            ttlSeconds: number;
        };
        Fault: {
            /** @example Only 7 of White hanging heart are available at main. */
            detail: string;
            /**
             * @description Which promise is broken.
             * @example hash
             */
            kind: string;
            /** @example 1042 */
            position: number;
        };
        Figures: {
            /**
             * @description quantity − reserved − unavailable; never negative.
             * @example 7
             */
            available: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description On its way here; counted in neither.
             * @example 0
             */
            incoming: number;
            /**
             * @description On hand, over all locations.
             * @example 10
             */
            quantity: number;
            /** @example 2 */
            reserved: number;
            /**
             * @description Number of the last event of this item: 1, 2, 3 …
             * @example 17
             */
            seq: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @description On hand but not for sale: damaged, in quality control, safety stock.
             * @example 1
             */
            unavailable: number;
        };
        FulfilReservation: {
            lines?: components["schemas"]["ReservationLine"][];
        };
        ImportCheck: {
            /** @description The first 1000. */
            errors: components["schemas"]["ImportError"][];
            /**
             * @description Lines below the header, without empty ones.
             * @example 500
             */
            rows: number;
            /** @description Whether there are more errors than are shown. */
            truncated: boolean;
            /**
             * @description Rows in which nothing is wrong.
             * @example 500
             */
            valid: number;
        };
        ImportError: {
            /**
             * @description By its name in the file; null: the line as a whole.
             * @example quantity
             */
            column: string | null;
            /**
             * @description As an editor counts them; the header is line 1.
             * @example 17
             */
            line: number;
            /** @example must be a whole number from -1000000000 to 1000000000 */
            message: string;
        };
        ImportJob: {
            /**
             * @description Rows that are booked.
             * @example 500
             */
            applied: number;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @description The first 100; all, up to 10000, by `GET /imports/{id}/errors.csv`. */
            errors: components["schemas"]["ImportError"][];
            /**
             * @description Why it failed.
             * @example null
             */
            failure: string | null;
            /**
             * @description Name of the file, if one was given.
             * @example sales.csv
             */
            fileName: string | null;
            /**
             * Format: date-time
             * @example null
             */
            finishedAt: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            kind: components["schemas"]["ImportKind"];
            /**
             * @description Rows that were refused.
             * @example 0
             */
            rejected: number;
            /**
             * @description Lines of the file below the header, without empty ones.
             * @example 500
             */
            rows: number;
            /**
             * @description Who is recorded as the actor of the rows.
             * @example ana@example.com
             */
            startedBy: string;
            status: components["schemas"]["ImportStatus"];
        };
        /** @enum {string} */
        ImportKind: "items" | "movements";
        ImportPage: {
            data: components["schemas"]["ImportSummary"][];
            page: components["schemas"]["PageInfo"];
        };
        ImportProgress: {
            /**
             * @description Rows that are booked.
             * @example 500
             */
            applied: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            kind: components["schemas"]["ImportKind"];
            /**
             * @description Rows that were refused.
             * @example 0
             */
            rejected: number;
            /**
             * @description Lines of the file below the header, without empty ones.
             * @example 500
             */
            rows: number;
            status: components["schemas"]["ImportStatus"];
        };
        /** @enum {string} */
        ImportStatus: "queued" | "running" | "done" | "failed";
        ImportSummary: {
            /**
             * @description Rows that are booked.
             * @example 500
             */
            applied: number;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /**
             * @description Why it failed.
             * @example null
             */
            failure: string | null;
            /**
             * @description Name of the file, if one was given.
             * @example sales.csv
             */
            fileName: string | null;
            /**
             * Format: date-time
             * @example null
             */
            finishedAt: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            kind: components["schemas"]["ImportKind"];
            /**
             * @description Rows that were refused.
             * @example 0
             */
            rejected: number;
            /**
             * @description Lines of the file below the header, without empty ones.
             * @example 500
             */
            rows: number;
            /**
             * @description Who is recorded as the actor of the rows.
             * @example ana@example.com
             */
            startedBy: string;
            status: components["schemas"]["ImportStatus"];
        };
        ImportWatched: {
            /** @description How far it is now; one that is done or failed has nothing to follow. */
            import: components["schemas"]["ImportProgress"];
            /** @enum {boolean} */
            ok: true;
        };
        InvalidField: {
            /** @example lines.0.quantity */
            field: string;
            /** @example must be at least 1 (adjust: not 0; count: 0 or more) */
            message: string;
        };
        Item: {
            /**
             * @example {
             *       "colour": "white"
             *     }
             */
            attributes: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description quantity − reserved − unavailable; never negative.
             * @example 7
             */
            available: number;
            /**
             * @example [
             *       "5012345678900"
             *     ]
             */
            barcodes: string[];
            /** @example Decoration */
            category: string | null;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @example Painted wood, 12 cm */
            description: string;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description On its way here; counted in neither.
             * @example 0
             */
            incoming: number;
            /** @description The first 50; all by `GET /items/{id}/levels`. */
            levels: components["schemas"]["Level"][];
            /** @example White hanging heart */
            name: string;
            /**
             * @description Position in the ledger of the last event of this item.
             * @example 1042
             */
            position: number;
            /**
             * @description On hand, over all locations.
             * @example 10
             */
            quantity: number;
            /** @example 3 */
            reorderLevel: number;
            /** @example 24 */
            reorderQuantity: number | null;
            /** @example 2 */
            reserved: number;
            /**
             * @description Number of the last event of this item: 1, 2, 3 …
             * @example 17
             */
            seq: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @example [
             *       "heart"
             *     ]
             */
            tags: string[];
            /**
             * @description On hand but not for sale: damaged, in quality control, safety stock.
             * @example 1
             */
            unavailable: number;
            /** @example 2.55 */
            unitPrice: number;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            updatedAt: string;
        };
        /** @enum {string} */
        ItemClass: "A" | "B" | "C";
        ItemPage: {
            data: components["schemas"]["Item"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound: items may be newer (compare `seq`).
             * @example 1042
             */
            position: number;
        };
        Lagged: {
            /**
             * @description Everything up to here was sent: subscribe again with it.
             * @example 1042
             */
            position: number;
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
        };
        Level: {
            /**
             * @description onHand − reserved − unavailable; never negative.
             * @example 7
             */
            available: number;
            /** @example 0 */
            incoming: number;
            /** @example main */
            location: string;
            /** @example 10 */
            onHand: number;
            /** @example 2 */
            reserved: number;
            /** @example 1 */
            unavailable: number;
        };
        LevelPage: {
            data: components["schemas"]["ListedLevel"][];
            page: components["schemas"]["PageInfo"];
            /** @example 1042 */
            position: number;
        };
        Line: {
            barcode?: string;
            /** @description Compare-and-set: refused with `stale-quantity` unless this many are on hand at `location`. */
            changeFrom?: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId?: string;
            /**
             * @description Where the pieces are; for a transfer, where from.
             * @default main
             */
            location?: string;
            /**
             * @description Pieces: at least 1; `adjust`: not 0; `count`: what is there, 0 or more.
             * @example 3
             */
            quantity: number;
            /** @description For a count below what is reserved: releases held reservations of the item there, youngest first, in the same operation. */
            releaseHolds?: boolean;
            /** @example 85123A */
            sku?: string;
            /**
             * @description For a transfer: where to.
             * @example shop-berlin
             */
            toLocation?: string;
            /** @enum {string} */
            type: "receive" | "return" | "issue" | "write_off" | "adjust" | "count" | "transfer" | "set_aside" | "put_back";
            /**
             * @description Cost of a piece, for the valuation.
             * @example 1.25
             */
            unitCost?: number;
        };
        /** @example {} */
        Links: {
            expectationId?: string;
            reservationId?: string;
            /** @description The position that this event takes back. */
            reverses?: number;
            stocktakeId?: string;
            transferId?: string;
        };
        ListedLevel: {
            /**
             * @description onHand − reserved − unavailable; never negative.
             * @example 7
             */
            available: number;
            /** @example 0 */
            incoming: number;
            /**
             * Format: date-time
             * @description When it was last counted there, by whatever means; null: never.
             * @example 2026-01-05T10:00:00.123Z
             */
            lastCountedAt: string | null;
            /** @example main */
            location: string;
            /** @example 10 */
            onHand: number;
            /** @example 2 */
            reserved: number;
            /** @example 1 */
            unavailable: number;
        };
        Location: {
            /** @example null */
            address: string | null;
            /** @description Nothing can be moved to or from a closed one. */
            closed: boolean;
            /** @example main */
            code: string;
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            /** @example Main */
            name: string;
        };
        LocationPage: {
            data: components["schemas"]["Location"][];
            page: components["schemas"]["PageInfo"];
        };
        Login: {
            /**
             * Format: email
             * @example ana@example.com
             */
            email: string;
            /** @example correct horse battery */
            password: string;
        };
        Me: {
            /**
             * @description For an API key: its name.
             * @example ana@example.com
             */
            email: string;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            role: components["schemas"]["Role"];
        };
        Member: {
            /** @example counting */
            activity: string;
            /**
             * @description A user’s e-mail address or an API key’s name.
             * @example ana@example.com
             */
            name: string;
            /**
             * Format: date-time
             * @description When this activity began.
             * @example 2026-01-05T10:00:00.123Z
             */
            since: string;
        };
        MoveItem: {
            /** @description Compare-and-set: refused with `stale-quantity` unless this many are on hand at `location`. */
            changeFrom?: number;
            /**
             * Format: date-time
             * @description When it happened, if not now. A time in the future means now.
             * @example 2026-01-05T10:00:00Z
             */
            effectiveAt?: string;
            /**
             * @description Where the pieces are; for a transfer, where from.
             * @default main
             */
            location?: string;
            note?: string;
            /**
             * @description Pieces: at least 1; `adjust`: not 0; `count`: what is there, 0 or more.
             * @example 3
             */
            quantity: number;
            /**
             * @description Required for `adjust`, `set_aside` and `put_back`.
             * @example sale
             */
            reason?: string;
            /**
             * @description For example an invoice number.
             * @example 536365
             */
            reference?: string;
            /** @description For a count below what is reserved: releases held reservations of the item there, youngest first, in the same operation. */
            releaseHolds?: boolean;
            /**
             * @description For a transfer: where to.
             * @example shop-berlin
             */
            toLocation?: string;
            /** @enum {string} */
            type: "receive" | "return" | "issue" | "write_off" | "adjust" | "count" | "transfer" | "set_aside" | "put_back";
            /**
             * @description Cost of a piece, for the valuation.
             * @example 1.25
             */
            unitCost?: number;
        };
        MovementBatch: {
            rows: components["schemas"]["MovementRow"][];
        };
        MovementPage: {
            data: components["schemas"]["Event"][];
            page: components["schemas"]["PageBothWays"];
            /** @example 1042 */
            position: number;
        };
        MovementResult: {
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            events: components["schemas"]["Event"][];
            /** @description Each item touched, once, as it was after the operation. */
            items: components["schemas"]["Figures"][];
            /** @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10 */
            operationId: string;
            /**
             * @description Of the last event.
             * @example 1042
             */
            position: number;
        };
        MovementRow: {
            barcode?: string;
            /** @description Compare-and-set: refused with `stale-quantity` unless this many are on hand at `location`. */
            changeFrom?: number;
            /**
             * Format: date-time
             * @description When it happened, if not now. A time in the future means now.
             * @example 2026-01-05T10:00:00Z
             */
            effectiveAt?: string;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId?: string;
            /**
             * @description Where the pieces are; for a transfer, where from.
             * @default main
             */
            location?: string;
            note?: string;
            /**
             * @description Pieces: at least 1; `adjust`: not 0; `count`: what is there, 0 or more.
             * @example 3
             */
            quantity: number;
            /**
             * @description Required for `adjust`, `set_aside` and `put_back`.
             * @example sale
             */
            reason?: string;
            /**
             * @description For example an invoice number.
             * @example 536365
             */
            reference?: string;
            /** @description For a count below what is reserved: releases held reservations of the item there, youngest first, in the same operation. */
            releaseHolds?: boolean;
            /** @example 85123A */
            sku?: string;
            /**
             * @description For a transfer: where to.
             * @example shop-berlin
             */
            toLocation?: string;
            /** @enum {string} */
            type: "receive" | "return" | "issue" | "write_off" | "adjust" | "count" | "transfer" | "set_aside" | "put_back";
            /**
             * @description Cost of a piece, for the valuation.
             * @example 1.25
             */
            unitCost?: number;
        };
        OpenStocktake: {
            /** @description Without it, everything that is on hand there. */
            filter?: components["schemas"]["StocktakeFilter"];
            /**
             * @description Also items of which nothing is on hand there, so that the sheet is that of the whole assortment.
             * @default false
             */
            includeZero?: boolean;
            /** @example main */
            location: string;
            /** @example Aisle 3, left side */
            note?: string;
        };
        PageBothWays: {
            /** @example 50 */
            limit: number;
            /**
             * @description Send as `cursor` for the next page; null at the end.
             * @example null
             */
            nextCursor: string | null;
            /**
             * @description Send as `cursor` for the page before; null on the first one.
             * @example null
             */
            prevCursor: string | null;
            /**
             * @description With `count=true`: all that match.
             * @example 2803
             */
            total?: number;
        };
        PageInfo: {
            /** @example 50 */
            limit: number;
            /**
             * @description Send as `cursor` for the next page; null at the end.
             * @example null
             */
            nextCursor: string | null;
            /**
             * @description With `count=true`: all that match.
             * @example 2803
             */
            total?: number;
        };
        PastStock: {
            /**
             * Format: date-time
             * @description The time asked for, or now.
             * @example 2026-01-05T10:00:00.000Z
             */
            asOf: string;
            /**
             * @description quantity − reserved − unavailable. On the effective clock negative where what was said does not fit.
             * @example 5
             */
            available: number;
            /** @example recorded */
            clock: components["schemas"]["Clock"];
            /** @example 0 */
            incoming: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /**
             * @description Every location that an event up to then names.
             * @example [
             *       {
             *         "location": "main",
             *         "onHand": 7,
             *         "reserved": 2,
             *         "unavailable": 0,
             *         "available": 5,
             *         "incoming": 0
             *       }
             *     ]
             */
            levels: components["schemas"]["Level"][];
            /**
             * @description Of the newest event of the item that was looked at; 0: none had been recorded yet.
             * @example 1042
             */
            position: number;
            /**
             * @description On hand, over all locations.
             * @example 7
             */
            quantity: number;
            /** @example 2 */
            reserved: number;
            /** @example 0 */
            unavailable: number;
        };
        Presence: {
            members: components["schemas"]["Member"][];
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
        };
        Problem: {
            code: components["schemas"]["ErrorCode"];
            /**
             * @description What is wrong in this case.
             * @example Only 7 of White hanging heart are available at main.
             */
            detail: string;
            errors?: components["schemas"]["InvalidField"][];
            /**
             * @description The path that was asked for.
             * @example /api/v1/movements
             */
            instance?: string;
            /**
             * @description Also in `X-Request-Id` and in the log.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            requestId?: string;
            /** @example 409 */
            status: number;
            /** @example Not enough stock is available */
            title: string;
            /** @example /problems/not-found */
            type: string;
        };
        Rebuilt: {
            /** @example 1 */
            expectations: number;
            /** @example 2803 */
            items: number;
            /** @example 1042 */
            position: number;
            /** @example 12 */
            reservations: number;
            /** @example 3 */
            transfers: number;
        };
        ReceiveExpectation: {
            /** @description Takes in more than is still to come, too; without it, that is refused. */
            acceptMore?: boolean;
            lines?: components["schemas"]["ExpectationLine"][];
        };
        ReceiveTransfer: {
            lines?: components["schemas"]["TransferLine"][];
        };
        Refresh: {
            /** @example sr_65a1b2c3d4e5f60718293a4b_… */
            refreshToken: string;
        };
        Refused: {
            error: components["schemas"]["Problem"];
            /** @enum {boolean} */
            ok: false;
        };
        ReorderReport: {
            data: components["schemas"]["Suggestion"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound: figures may be newer.
             * @example 1042
             */
            position: number;
        };
        ReplayWebhook: {
            /**
             * @description Deliver everything after this position again.
             * @example 1000
             */
            after: number;
        };
        Reservation: {
            /** @description Who made it. */
            actor: components["schemas"]["EventActor"];
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            /**
             * Format: date-time
             * @description null once it is committed.
             * @example 2026-01-05T10:15:00.000Z
             */
            expiresAt: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            lines: components["schemas"]["ReservedLine"][];
            /**
             * @description Position in the ledger of its last event.
             * @example 1042
             */
            position: number;
            /** @example PO-2041 */
            reference: string | null;
            status: components["schemas"]["ReservationStatus"];
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            updatedAt: string;
        };
        ReservationLine: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @default main */
            location?: string;
            /** @example 2 */
            quantity: number;
        };
        ReservationPage: {
            data: components["schemas"]["Reservation"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound: what is shown may be newer.
             * @example 1042
             */
            position: number;
        };
        /** @enum {string} */
        ReservationStatus: "held" | "committed" | "released" | "expired" | "fulfilled";
        ReservedLine: {
            /**
             * @description Issued of it.
             * @example 4
             */
            fulfilled: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example main */
            location: string;
            /**
             * @description Still reserved.
             * @example 6
             */
            open: number;
            /**
             * @description Reserved in the beginning.
             * @example 10
             */
            quantity: number;
        };
        ReverseMovement: {
            /** @example wrong item scanned */
            reason: string;
        };
        /** @enum {string} */
        Role: "viewer" | "clerk" | "manager" | "admin";
        /**
         * @example {
         *       "position": 1042,
         *       "epoch": "0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10",
         *       "type": "stock.issued",
         *       "itemId": "65a1b2c3d4e5f60718293a4b",
         *       "sku": "85123A",
         *       "name": "White hanging heart",
         *       "seq": 17,
         *       "at": "2026-01-05T10:00:00.123Z",
         *       "effectiveAt": "2026-01-05T10:00:00.123Z",
         *       "actor": {
         *         "kind": "user",
         *         "id": "65a1b2c3d4e5f60718293a4b",
         *         "name": "ana@example.com"
         *       },
         *       "operationId": "0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10",
         *       "reason": "sale",
         *       "reference": "536365",
         *       "note": null,
         *       "location": "main",
         *       "change": {
         *         "onHand": -3,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "incoming": 0
         *       },
         *       "before": {
         *         "quantity": 10,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "available": 10,
         *         "incoming": 0
         *       },
         *       "after": {
         *         "quantity": 7,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "available": 7,
         *         "incoming": 0
         *       },
         *       "level": {
         *         "onHand": 7,
         *         "reserved": 0,
         *         "unavailable": 0,
         *         "incoming": 0
         *       },
         *       "unitCost": null,
         *       "category": "Decoration",
         *       "links": {},
         *       "fields": null,
         *       "room": "location:main"
         *     }
         */
        RoomEvent: {
            actor: components["schemas"]["EventActor"];
            after: components["schemas"]["Totals"];
            /**
             * Format: date-time
             * @description When it was recorded.
             * @example 2026-01-05T10:00:00.123Z
             */
            at: string;
            before: components["schemas"]["Totals"];
            /** @example Decoration */
            category: string | null;
            change: components["schemas"]["Change"];
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-05T10:00:00.123Z
             */
            effectiveAt: string;
            /**
             * @description The identity of the ledger; a restore from a backup changes it.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            epoch: string;
            /**
             * @description For item events: `{name: [old, new]}`. For events of a reservation, a transfer or an expectation, what changed of that: `status`, and `expiresAt`, `from` and `to`, `expectedAt` and `supplier`. For a count of a stocktake `counted`: what the ledger had on hand when it was counted, and what was counted.
             * @example null
             */
            fields: {
                [key: string]: unknown[];
            } | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @description The figures of the location after the event. */
            level: components["schemas"]["Change"] | null;
            links: components["schemas"]["Links"];
            /** @example main */
            location: string | null;
            /** @example WHITE HANGING HEART */
            name: string;
            /** @example null */
            note: string | null;
            /**
             * @description Events of one operation have consecutive positions.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            operationId: string;
            /**
             * @description 1, 2, 3 … without a gap, in commit order.
             * @example 1042
             */
            position: number;
            /** @example sale */
            reason: string | null;
            /** @example 536365 */
            reference: string | null;
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
            /**
             * @description Of the item: 1, 2, 3 … without a gap.
             * @example 17
             */
            seq: number;
            /** @example 85123A */
            sku: string | null;
            type: components["schemas"]["EventType"];
            /** @example 1.25 */
            unitCost: number | null;
        };
        RotatedSecret: {
            /**
             * Format: date-time
             * @description Until then deliveries are signed with the old secret too.
             */
            previousSecretExpiresAt: string;
            /**
             * @description Verifies the signatures. Shown this once.
             * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDzOkUOhQWJRo=
             */
            secret: string;
        };
        RowResult: {
            item?: components["schemas"]["Figures"];
            /** @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10 */
            operationId?: string;
            /** @example 1042 */
            position?: number;
            /** @description Problem details of a rejected row. */
            problem?: {
                [key: string]: unknown;
            };
            /**
             * @description From 0, as in the request.
             * @example 0
             */
            row: number;
            /** @enum {string} */
            status: "applied" | "rejected";
        };
        Stocktake: {
            approval: components["schemas"]["StocktakeApproval"] | null;
            /**
             * Format: date-time
             * @description Approved or cancelled.
             * @example null
             */
            closedAt: string | null;
            closedBy: components["schemas"]["EventActor"] | null;
            /**
             * @description Of these, how many were counted.
             * @example 118
             */
            counted: number;
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            filter: components["schemas"]["StocktakeFilter"] | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            includeZero: boolean;
            /**
             * @description Items to count, those found unexpectedly included.
             * @example 120
             */
            lines: number;
            /** @example main */
            location: string;
            /** @example null */
            note: string | null;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            openedAt: string;
            openedBy: components["schemas"]["EventActor"];
            /**
             * @description The expected figures are those of exactly this state of the ledger.
             * @example 1042
             */
            position: number;
            status: components["schemas"]["StocktakeStatus"];
            /**
             * @description Of these, how many differ from the ledger.
             * @example 3
             */
            variances: number;
        };
        StocktakeApproval: {
            /**
             * @description Lines that were booked, those without a difference too.
             * @example 118
             */
            booked: number;
            /**
             * @description Of the first event.
             * @example 1040
             */
            firstPosition: number;
            /**
             * @description Lines whose item was deleted meanwhile: there is nothing to book.
             * @example 0
             */
            gone: number;
            /** @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10 */
            operationId: string;
            /**
             * @description Of the last event: all in between belong to the operation.
             * @example 1042
             */
            position: number;
            /** @enum {string} */
            uncounted: "ignore" | "zero";
        };
        StocktakeFilter: {
            /** @example decoration */
            category?: string;
            /** @description Exactly these items, also those of which nothing is there; each must exist. */
            itemIds?: string[];
            /**
             * @description As in the item list.
             * @example heart
             */
            q?: string;
            /** @example heart */
            tag?: string;
        };
        StocktakeLine: {
            /**
             * @description null: not counted yet.
             * @example 9
             */
            counted: number | null;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            countedAt: string | null;
            countedBy: components["schemas"]["EventActor"] | null;
            /**
             * @description On hand when the stocktake was opened; unexpected: when first counted.
             * @example 10
             */
            expected: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /**
             * Format: date-time
             * @description When it was last counted there before this stocktake; null: never.
             * @example 2026-01-05T10:00:00.123Z
             */
            lastCountedAt: string | null;
            /** @description Stock of it moved between two counts that were added up: count it again, at once, with `set`. */
            moved: boolean;
            /** @example White hanging heart */
            name: string;
            /**
             * @description What the ledger had on hand when it was counted.
             * @example 10
             */
            onHand: number | null;
            /**
             * @description State of the ledger when it was counted.
             * @example 1042
             */
            position: number | null;
            /** @example 85123A */
            sku: string | null;
            /** @description Was not on the sheet: somebody found it there. */
            unexpected: boolean;
            /**
             * @description counted − onHand: what an approval books.
             * @example -1
             */
            variance: number | null;
        };
        StocktakeLinePage: {
            data: components["schemas"]["StocktakeLine"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound of what is shown.
             * @example 1042
             */
            position: number;
        };
        StocktakePage: {
            data: components["schemas"]["Stocktake"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound of what is shown.
             * @example 1042
             */
            position: number;
        };
        /** @enum {string} */
        StocktakeStatus: "open" | "approved" | "cancelled";
        Subscribe: {
            /**
             * @description Several events in one message.
             * @default false
             */
            batch?: boolean;
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
            /** @description Go on after this place; without it, from now, with a snapshot where there is one. */
            since?: components["schemas"]["Cursor"];
        };
        Subscribed: {
            /** @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10 */
            epoch: string;
            /** @enum {boolean} */
            ok: true;
            /**
             * @description The events that follow continue from here.
             * @example 1042
             */
            position: number;
            /**
             * @description since could not be continued: what was before position is in the snapshot only.
             * @enum {boolean}
             */
            reset?: true;
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
            /** @description Without since or after a reset. Of item:<id> the item, null when it does not exist any more; of alerts the items whose alert stands. */
            snapshot?: (components["schemas"]["Item"] | components["schemas"]["Item"][]) | null;
            /**
             * @description There are more items than the snapshot shows.
             * @enum {boolean}
             */
            truncated?: true;
        };
        Suggestion: {
            /** @example 2 */
            available: number;
            /** @example 0 */
            incoming: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example White hanging heart */
            name: string;
            /**
             * @description `attributes.packSize`, where it is a whole number from 1.
             * @example 12
             */
            packSize: number | null;
            /**
             * @description available + incoming
             * @example 2
             */
            projected: number;
            /**
             * @description How many to order: whole packs.
             * @example 24
             */
            quantity: number;
            /** @example 3 */
            reorderLevel: number;
            /** @example 20 */
            reorderQuantity: number | null;
            /** @example 85123A */
            sku: string | null;
        };
        Summary: {
            /** @example 2780 */
            items: number;
            /**
             * @description Items with available ≤ reorderLevel, those that are out included.
             * @example 41
             */
            low: number;
            /**
             * @description Items of which nothing is available.
             * @example 12
             */
            out: number;
            /**
             * @description Exactly the state after this event.
             * @example 1042
             */
            position: number;
            /**
             * @description Pieces on hand.
             * @example 58120
             */
            units: number;
            /**
             * @description Σ quantity × unitPrice; what it cost is in the valuation.
             * @example 174360.25
             */
            value: number;
        };
        TestResult: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            at: string;
            /**
             * @description 1 for the first.
             * @example 1
             */
            attempt: number;
            /** @example 38 */
            durationMs: number;
            /** @example null */
            error: string | null;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description The header `webhook-id`: the same for every attempt at the same event.
             * @example 65a1b2c3d4e5f60718293a4b_0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10_1042
             */
            messageId: string;
            /**
             * @description Of the event; null for a test.
             * @example 1042
             */
            position: number | null;
            status: components["schemas"]["DeliveryStatus"];
            /**
             * @description null: there was no answer.
             * @example 200
             */
            statusCode: number | null;
            /**
             * @description Of the event; also `webhook.test` and `ledger.reset`.
             * @example stock.issued
             */
            type: string;
        };
        TokenPair: {
            /** @example eyJhbGciOiJIUzI1NiJ9.… */
            accessToken: string;
            /**
             * @description Seconds that the access token is good for.
             * @example 900
             */
            expiresIn: number;
            /**
             * @description Good for one refresh; using it twice ends the session.
             * @example sr_65a1b2c3d4e5f60718293a4b_…
             */
            refreshToken: string;
            /** @enum {string} */
            tokenType: "Bearer";
            user: components["schemas"]["Me"];
        };
        Totals: {
            /**
             * @description quantity − reserved − unavailable; never negative.
             * @example 7
             */
            available: number;
            /**
             * @description On its way here; counted in neither.
             * @example 0
             */
            incoming: number;
            /**
             * @description On hand, over all locations.
             * @example 10
             */
            quantity: number;
            /** @example 2 */
            reserved: number;
            /**
             * @description On hand but not for sale: damaged, in quality control, safety stock.
             * @example 1
             */
            unavailable: number;
        };
        TotalTurnover: {
            /**
             * @description (openingValue + closingValue) ÷ 2
             * @example 86.25
             */
            averageValue: number;
            /**
             * @description Pieces on hand when it ended.
             * @example 20
             */
            closing: number;
            /** @example 57.5 */
            closingValue: number;
            /**
             * @description Days of the period ÷ turnover; null where nothing was issued.
             * @example 391.0714
             */
            daysOfInventory: number | null;
            /**
             * @description Pieces issued, by movement or of a reservation.
             * @example 28
             */
            issued: number;
            /**
             * @description Cost of goods issued: issued × unitCost.
             * @example 80.5
             */
            issuedValue: number;
            /**
             * @description Items that had stock, or of which something was issued.
             * @example 2780
             */
            items: number;
            /**
             * @description Pieces on hand when the period began.
             * @example 40
             */
            opening: number;
            /** @example 115 */
            openingValue: number;
            /**
             * @description issuedValue ÷ averageValue; null where that is not above 0.
             * @example 0.9333
             */
            turnover: number | null;
            /**
             * @description The same in pieces: issued ÷ ((opening + closing) ÷ 2).
             * @example 0.9333
             */
            turnoverUnits: number | null;
        };
        Transfer: {
            /** @description Who made it. */
            actor: components["schemas"]["EventActor"];
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @description True for a dry run: nothing was written. */
            dryRun?: boolean;
            /** @example main */
            from: string;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            lines: components["schemas"]["TransferredLine"][];
            /**
             * @description Position in the ledger of its last event.
             * @example 1042
             */
            position: number;
            /**
             * @description Why it was closed or cancelled.
             * @example null
             */
            reason: string | null;
            /** @example PO-2041 */
            reference: string | null;
            status: components["schemas"]["TransferStatus"];
            /** @example shop-berlin */
            to: string;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            updatedAt: string;
        };
        TransferLine: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example 12 */
            quantity: number;
        };
        TransferPage: {
            data: components["schemas"]["Transfer"][];
            page: components["schemas"]["PageInfo"];
            /**
             * @description A lower bound: what is shown may be newer.
             * @example 1042
             */
            position: number;
        };
        TransferredLine: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /**
             * @description Never arrived, and not expected any more.
             * @example 0
             */
            missing: number;
            /**
             * @description Still under way.
             * @example 6
             */
            open: number;
            /**
             * @description Sent.
             * @example 10
             */
            quantity: number;
            /**
             * @description Arrived.
             * @example 4
             */
            received: number;
            /**
             * @description Brought back by a cancellation.
             * @example 0
             */
            returned: number;
        };
        /** @enum {string} */
        TransferStatus: "in_transit" | "received" | "closed" | "cancelled";
        TurnedItem: {
            /**
             * @description (openingValue + closingValue) ÷ 2
             * @example 86.25
             */
            averageValue: number;
            /**
             * @description Pieces on hand when it ended.
             * @example 20
             */
            closing: number;
            /** @example 57.5 */
            closingValue: number;
            /**
             * @description Days of the period ÷ turnover; null where nothing was issued.
             * @example 391.0714
             */
            daysOfInventory: number | null;
            /**
             * @description Pieces issued, by movement or of a reservation.
             * @example 28
             */
            issued: number;
            /**
             * @description Cost of goods issued: issued × unitCost.
             * @example 80.5
             */
            issuedValue: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example White hanging heart */
            name: string;
            /**
             * @description Pieces on hand when the period began.
             * @example 40
             */
            opening: number;
            /** @example 115 */
            openingValue: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @description issuedValue ÷ averageValue; null where that is not above 0.
             * @example 0.9333
             */
            turnover: number | null;
            /**
             * @description The same in pieces: issued ÷ ((opening + closing) ÷ 2).
             * @example 0.9333
             */
            turnoverUnits: number | null;
            /**
             * @description What a piece cost on average, of all that came in with a `unitCost` before the end of the period; else the price of the item.
             * @example 2.875
             */
            unitCost: number;
        };
        TurnoverReport: {
            data: components["schemas"]["TurnedItem"][];
            /**
             * Format: date-time
             * @example 2025-01-05T10:00:00.000Z
             */
            from: string;
            page: components["schemas"]["PageInfo"];
            /**
             * @description Of all that was recorded up to this event.
             * @example 1042
             */
            position: number;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.000Z
             */
            to: string;
            /** @description Of all items, on every page. */
            total: components["schemas"]["TotalTurnover"];
        };
        Unsubscribe: {
            /**
             * @description items, item:<id>, location:<code>, category:<name> or alerts.
             * @example location:main
             */
            room: string;
        };
        Unwatch: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
        };
        UpdateItem: {
            /**
             * @example {
             *       "colour": "white",
             *       "fragile": true
             *     }
             */
            attributes?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @example [
             *       "5012345678900"
             *     ]
             */
            barcodes?: string[];
            /** @example Decoration */
            category?: string | null;
            /** @example Painted wood, 12 cm */
            description?: string;
            /** @example White hanging heart */
            name?: string;
            /**
             * @description Sets the total on hand; the difference is booked at `main` as a count.
             * @example 10
             */
            quantity?: number;
            /** @description When `quantity` leaves less at `main` than is reserved there: releases held ones, youngest first. */
            releaseHolds?: boolean;
            /** @example 3 */
            reorderLevel?: number;
            /** @example 24 */
            reorderQuantity?: number | null;
            /** @example 85123A */
            sku?: string;
            /**
             * @example [
             *       "heart"
             *     ]
             */
            tags?: string[];
            /** @example 2.55 */
            unitPrice?: number;
        };
        UpdateLocation: {
            /**
             * @description null clears it.
             * @example null
             */
            address?: string | null;
            /** @example Shop in Berlin */
            name?: string;
        };
        UpdateUser: {
            disabled?: boolean;
            /** @enum {string} */
            role?: "viewer" | "clerk" | "manager" | "admin";
        };
        UpdateWebhook: {
            /** @description True stops the deliveries, false lets them go on where they stopped. */
            disabled?: boolean;
            /**
             * @description Only events of these items; null: of all.
             * @example null
             */
            itemIds?: string[] | null;
            /**
             * @description Only events of these types; null: of all.
             * @example null
             */
            types?: ("item.created" | "item.updated" | "item.deleted" | "item.restored" | "stock.received" | "stock.returned" | "stock.issued" | "stock.written_off" | "stock.adjusted" | "stock.counted" | "stock.transferred_out" | "stock.transferred_in" | "stock.set_aside" | "stock.put_back" | "stock.reversed" | "stock.reserved" | "stock.hold_extended" | "stock.released" | "stock.expired" | "stock.committed" | "stock.fulfilled" | "stock.expected")[] | null;
            /**
             * @description http or https, without user and password. A private or loopback address is refused unless `WEBHOOK_ALLOW_PRIVATE` is set.
             * @example https://shop.example.com/hooks/stockwire
             */
            url?: string;
        };
        User: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            disabled: boolean;
            /**
             * @description For an API key: its name.
             * @example ana@example.com
             */
            email: string;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            role: components["schemas"]["Role"];
        };
        UserPage: {
            data: components["schemas"]["User"][];
            page: components["schemas"]["PageInfo"];
        };
        Valuation: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.000Z
             */
            asOf: string;
            /** @description Items of which something was on hand. */
            data: components["schemas"]["Valued"][];
            method: components["schemas"]["CostMethod"];
            page: components["schemas"]["PageInfo"];
            /**
             * @description Exactly the state after this event.
             * @example 1042
             */
            position: number;
            /** @description On the first page; null on the others. */
            total: components["schemas"]["ValuationTotal"] | null;
        };
        ValuationTotal: {
            /**
             * @description Items of which something was on hand.
             * @example 2780
             */
            items: number;
            /** @example 58120 */
            quantity: number;
            /** @example 103511.8 */
            value: number;
        };
        Valued: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @example White hanging heart */
            name: string;
            /** @example 10 */
            quantity: number;
            /** @example 85123A */
            sku: string | null;
            /**
             * @description value ÷ quantity, to 4 decimals
             * @example 2.15
             */
            unitCost: number;
            /**
             * @description To 4 decimals.
             * @example 21.5
             */
            value: number;
        };
        Verification: {
            /**
             * @description Events that were checked.
             * @example 46958
             */
            checked: number;
            /** @description The first 100. */
            faults: components["schemas"]["Fault"][];
            /**
             * @description Hash of the event there: kept elsewhere, it later proves that nothing before was changed.
             * @example ca4ea8d2f0b94b1f3d6c0a7be8f3a2c5d9e1b7f60c4a83d25e9f1b6a7c8d0e3f
             */
            hash: string;
            ok: boolean;
            /**
             * @description The last position that was checked.
             * @example 1042
             */
            position: number;
        };
        Watch: {
            /**
             * @description Alerts when available falls to this or below.
             * @example 5
             */
            below: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            itemId: string;
            /** @description Alerts again only after it rose to this; below + 1 by itself. */
            rearmAt?: number;
        };
        Watched: {
            /** @description To a watch that was there already: what was told last, while it still holds. What a broken connection swallowed is not lost. */
            alert?: components["schemas"]["Alert"];
            /** @enum {boolean} */
            ok: true;
        };
        WatchImport: {
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
        };
        Webhook: {
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            createdAt: string;
            /** @description Whether the deliveries are stopped, by `PATCH` or because the endpoint answered 410. */
            disabled: boolean;
            /**
             * @description The ledger that `position` belongs to.
             * @example 0b6f2d1c-5d7e-4a58-9c3f-2f1e8a7f3a10
             */
            epoch: string;
            /**
             * Format: date-time
             * @description When that delivery failed first.
             * @example null
             */
            failingSince: string | null;
            /**
             * @description Failed attempts at the delivery that is due.
             * @example 0
             */
            failures: number;
            /** @example 65a1b2c3d4e5f60718293a4b */
            id: string;
            /**
             * @description null: all.
             * @example null
             */
            itemIds: string[] | null;
            /**
             * @description Positions of the ledger after `position`.
             * @example 0
             */
            lag: number;
            /**
             * Format: date-time
             * @example null
             */
            lastDeliveredAt: string | null;
            /**
             * @description Why the last attempt failed.
             * @example null
             */
            lastError: string | null;
            /**
             * Format: date-time
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @example null
             */
            parkedAt: string | null;
            /**
             * @description Everything up to here was delivered or did not match.
             * @example 1042
             */
            position: number;
            /**
             * Format: date-time
             * @description Until then the secret before the last rotation signs too.
             * @example null
             */
            previousSecretExpiresAt: string | null;
            /** @description `failing`: the last attempt failed and is repeated at `nextAttemptAt`. `parked`: it failed for three days; `POST …/resume` goes on. `disabled`: by `PATCH`, or because the endpoint answered 410. */
            status: components["schemas"]["WebhookStatus"];
            /**
             * @description null: all.
             * @example null
             */
            types: components["schemas"]["EventType"][] | null;
            /**
             * Format: date-time
             * @example 2026-01-05T10:00:00.123Z
             */
            updatedAt: string;
            /** @example https://shop.example.com/hooks/stockwire */
            url: string;
        };
        WebhookPage: {
            data: components["schemas"]["Webhook"][];
            page: components["schemas"]["PageInfo"];
        };
        /**
         * @description `failing`: the last attempt failed and is repeated at `nextAttemptAt`. `parked`: it failed for three days; `POST …/resume` goes on. `disabled`: by `PATCH`, or because the endpoint answered 410.
         * @enum {string}
         */
        WebhookStatus: "active" | "failing" | "parked" | "disabled";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listApiKeys: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKey"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to show. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to show. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Done; there is nothing to show. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
        };
    };
    readEvents: {
        parameters: {
            query?: {
                /** @description Events after this position. */
                after?: number;
                /** @description The epoch that `after` belongs to. */
                epoch?: string;
                itemId?: string;
                limit?: number;
                /** @description Event types, separated by commas. */
                types?: string;
                /** @description Seconds to wait for an event. */
                wait?: number;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send the `position` of an answer as the next `after`, and its `epoch` with it, so that nothing is missed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description A position, or `<epoch>:<position>`; `Last-Event-ID` wins. */
                after?: string;
                epoch?: string;
                itemId?: string;
                /** @description Event types, separated by commas. */
                types?: string;
            };
            header?: {
                /** @description Go on after this `<epoch>:<position>`; browsers send it by themselves. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    listExpectations: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                itemId?: string;
                limit?: number;
                /** @description Goods for there. */
                location?: string;
                status?: "open" | "received" | "cancelled";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By `status`, `itemId` and `location`, if wanted. Finished ones stay. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpectationPage"];
                };
            };
        };
    };
    createExpectation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateExpectation"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expectation"];
                };
            };
            /** @description They are `incoming` until they are received or cancelled. Lines of the same item and location are summed; they have one cost. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expectation"];
                };
            };
        };
    };
    getExpectation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With what of each line was received or cancelled, and what is still open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expectation"];
                };
            };
        };
    };
    cancelExpectation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndOrder"];
            };
        };
        responses: {
            /** @description What has been received stays. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expectation"];
                };
            };
        };
    };
    receiveExpectation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReceiveExpectation"];
            };
        };
        responses: {
            /** @description Without a body, or without lines, everything. Each line may have a cost of its own, else it is that of the order. `exceeds-expectation`: more than is still expected; with `acceptMore: true` it is taken in. What was not ordered at all is a movement of type `receive`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expectation"];
                };
            };
        };
    };
    exportItemsCsv: {
        parameters: {
            query?: {
                /** @description Begins with a byte order mark, by which Excel knows that this is UTF-8. */
                bom?: boolean;
                category?: string;
                /** @description Only items that have a level at this location. */
                location?: string;
                /** @description Only items with available at or below the reorder level (false: only the others). */
                lowStock?: boolean;
                /** @description Every word must begin a word of the name, sku, barcodes, category or tags. */
                q?: string;
                tag?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. Text that a spreadsheet would take for a formula has an apostrophe in front. Columns:
             *
             *     - `id`: The id.
             *     - `sku`: The sku.
             *     - `name`: The name.
             *     - `description`: The description.
             *     - `category`: The category.
             *     - `tags`: Separated by `|`.
             *     - `barcodes`: Separated by `|`.
             *     - `quantity`: On hand, over all locations.
             *     - `reserved`: Of these, reserved.
             *     - `unavailable`: Of these, not for sale.
             *     - `available`: quantity − reserved − unavailable.
             *     - `incoming`: On its way here.
             *     - `reorderLevel`: Low stock at or below it.
             *     - `reorderQuantity`: How many to order.
             *     - `unitPrice`: Price of a piece.
             *     - `attributes`: JSON; empty for none.
             *     - `createdAt`: RFC 3339.
             *     - `updatedAt`: RFC 3339.
             *     - `seq`: Number of its last event.
             *     - `position`: Position of its last event.
             */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    exportItemsNdjson: {
        parameters: {
            query?: {
                category?: string;
                /** @description Only items that have a level at this location. */
                location?: string;
                /** @description Only items with available at or below the reorder level (false: only the others). */
                lowStock?: boolean;
                /** @description Every word must begin a word of the name, sku, barcodes, category or tags. */
                q?: string;
                tag?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    exportMovementsCsv: {
        parameters: {
            query?: {
                /** @description The id or the name of who did it. */
                actor?: string;
                /** @description Begins with a byte order mark, by which Excel knows that this is UTF-8. */
                bom?: boolean;
                /** @description Recorded at or after. */
                from?: string;
                itemId?: string;
                location?: string;
                reason?: string;
                reference?: string;
                /** @description Recorded before. */
                to?: string;
                /** @description A movement (`issue`, `transfer`) or an event type (`stock.issued`). */
                type?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. Text that a spreadsheet would take for a formula has an apostrophe in front. In the order of the ledger, up to `X-Position`. Columns:
             *
             *     - `position`: In the ledger.
             *     - `at`: When it was recorded, RFC 3339.
             *     - `effectiveAt`: When it happened.
             *     - `type`: Event type.
             *     - `itemId`: The item.
             *     - `sku`: Its sku then.
             *     - `name`: Its name then.
             *     - `category`: Its category then.
             *     - `location`: Where.
             *     - `change`: Of the pieces on hand.
             *     - `quantityBefore`: On hand before, all locations.
             *     - `quantityAfter`: On hand after, all locations.
             *     - `availableAfter`: Available after, all locations.
             *     - `onHandThere`: On hand at the location, after.
             *     - `unitCost`: Cost of a piece.
             *     - `reason`: Why.
             *     - `reference`: For example an invoice.
             *     - `note`: A note.
             *     - `actor`: Who: e-mail address or name of an API key.
             *     - `actorId`: Who: the id.
             *     - `operationId`: What was booked together.
             *     - `seq`: Number of the event, of its item.
             */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    exportMovementsNdjson: {
        parameters: {
            query?: {
                /** @description The id or the name of who did it. */
                actor?: string;
                /** @description Recorded at or after. */
                from?: string;
                itemId?: string;
                location?: string;
                reason?: string;
                reference?: string;
                /** @description Recorded before. */
                to?: string;
                /** @description A movement (`issue`, `transfer`) or an event type (`stock.issued`). */
                type?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Streamed, however much it is. A file that breaks off ends with a broken connection, never as if it were whole. In the order of the ledger, up to `X-Position`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    listImports: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Finished ones are kept for 30 days, those that had an Idempotency-Key for ever; the errors of both for 30 days. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With the rows that were applied and rejected so far, and the first 100 errors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportJob"];
                };
            };
        };
    };
    getImportErrors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The first 10000, by line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    importItems: {
        parameters: {
            query?: {
                /** @description Checks the whole file and answers 200 with what is wrong in it; nothing is written. */
                dryRun?: boolean;
                /** @description What columns mean whose names do not say it: `<column>:<field>`, separated by commas, or a JSON object. An empty field leaves the column out. */
                map?: string;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /**
                     * @description As in the query; before the file.
                     * @example Artikel:sku,Menge:quantity
                     */
                    map?: string;
                };
                /**
                 * @example sku,name,quantity,price
                 *     85123A,White hanging heart,10,2.55
                 */
                "text/csv": string;
            };
        };
        responses: {
            /** @description With `dryRun=true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportCheck"];
                };
            };
            /**
             * @description A CSV file in UTF-8 of up to 50 MiB, cells separated by comma, semicolon or tab, names of columns in the first line. Each row is booked on its own, in the order of the file, with the caller as its actor; `Location` tells where to see how far it is. Columns:
             *
             *     - `name`, also `title`, `itemname`, `productname`, `product`, `item`
             *     - `description`, also `details`, `longdescription`
             *     - `quantity`, also `qty`, `pieces`, `units`, `amount`, `onhand`, `stock`
             *     - `reorderLevel`, also `reorderpoint`, `minimum`, `minimumstock`, `minstock`, `lowstock`
             *     - `reorderQuantity`, also `reorderqty`, `orderquantity`, `orderqty`
             *     - `unitPrice`, also `price`, `saleprice`, `sellingprice`, `retailprice`
             *     - `sku`, also `stockcode`, `itemcode`, `itemnumber`, `article`, `articlenumber`, `articleno`, `productcode`, `partnumber`
             *     - `category`, also `group`, `productgroup`, `department`
             *     - `barcodes`, also `barcode`, `ean`, `ean13`, `gtin`, `upc`
             *     - `tags`, also `tag`, `labels`, `keywords`
             *     - `attributes`
             *
             *     Required: `name`.
             */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportJob"];
                };
            };
        };
    };
    importMovements: {
        parameters: {
            query?: {
                /** @description Checks the whole file and answers 200 with what is wrong in it; nothing is written. */
                dryRun?: boolean;
                /** @description What columns mean whose names do not say it: `<column>:<field>`, separated by commas, or a JSON object. An empty field leaves the column out. */
                map?: string;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /**
                     * @description As in the query; before the file.
                     * @example Artikel:sku,Menge:quantity
                     */
                    map?: string;
                };
                /**
                 * @example sku,type,quantity,reference
                 *     85123A,issue,3,536365
                 */
                "text/csv": string;
            };
        };
        responses: {
            /** @description With `dryRun=true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportCheck"];
                };
            };
            /**
             * @description A CSV file in UTF-8 of up to 50 MiB, cells separated by comma, semicolon or tab, names of columns in the first line. Each row is booked on its own, in the order of the file, with the caller as its actor; `Location` tells where to see how far it is. Columns:
             *
             *     - `itemId`, also `id`, `item`
             *     - `sku`, also `stockcode`, `itemcode`, `itemnumber`, `article`, `articlenumber`, `articleno`, `productcode`, `partnumber`
             *     - `barcode`, also `ean`, `ean13`, `gtin`, `upc`
             *     - `type`, also `movement`, `movementtype`, `action`, `kind`
             *     - `quantity`, also `qty`, `pieces`, `units`, `amount`, `onhand`, `stock`
             *     - `location`, also `warehouse`, `store`, `bin`, `place`
             *     - `unitCost`, also `cost`, `costprice`, `purchaseprice`, `unitprice`, `price`
             *     - `changeFrom`
             *     - `reason`, also `why`
             *     - `reference`, also `ref`, `invoice`, `invoiceno`, `invoicenumber`, `order`, `orderno`, `ordernumber`, `document`
             *     - `note`, also `notes`, `comment`, `remark`, `remarks`
             *     - `effectiveAt`, also `date`, `time`, `datetime`, `timestamp`, `invoicedate`, `when`
             *
             *     Required: `type`; `quantity`; `sku` or `barcode` or `itemId`.
             */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportJob"];
                };
            };
        };
    };
    listItems: {
        parameters: {
            query?: {
                category?: string;
                /** @description Adds `page.total`. */
                count?: boolean;
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                /** @description Only the deleted. */
                deleted?: boolean;
                limit?: number;
                /** @description Only items that have a level at this location. */
                location?: string;
                /** @description Only items with available at or below the reorder level (false: only the others). */
                lowStock?: boolean;
                /** @description Every word must begin a word of the name, sku, barcodes, category or tags. */
                q?: string;
                sort?: "name" | "sku" | "quantity" | "createdAt" | "updatedAt" | "-name" | "-sku" | "-quantity" | "-createdAt" | "-updatedAt";
                tag?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `attr.<key>=<value>` beside the other filters: only items with this attribute; also for several keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemPage"];
                };
            };
        };
    };
    createItem: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateItem"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
            /** @description Only the name is required. A `quantity` is what is on hand at `main` to begin with; without a `sku` the item gets one. The answer is the item. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    getItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer 304 while this is the version. */
                "If-None-Match"?: string;
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With the figures of its first 50 locations. A deleted item is 404; its history stays in `GET /items/{id}/movements`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    updateItem: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
                /** @description Change only this version: the ETag that a read gave. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateItem"];
            };
        };
        responses: {
            /** @description Any subset of the fields. `quantity` sets the total on hand and books the difference at `main` as a count. Nothing changed: no event. `null` clears category and reorderQuantity. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    deleteItem: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
                /** @description Change only this version: the ETag that a read gave. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description What is on its way of it, in transfers and expectations, does not come any more. `item-incoming`: that is more than 500 of one of these. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchItem: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
                /** @description Change only this version: the ETag that a read gave. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateItem"];
            };
        };
        responses: {
            /** @description Fields that are left out stay as they are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    drawBarcode: {
        parameters: {
            query?: {
                /** @description One of the barcodes of the item, or its sku. Without it: its first barcode, else its sku. */
                code?: string;
                type?: "code128" | "code39" | "ean13" | "ean8" | "upca" | "itf14" | "qrcode" | "datamatrix";
            };
            header?: {
                /** @description Answer 304 while this is the version. */
                "If-None-Match"?: string;
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description SVG of the first barcode, else of the sku; `code` chooses another code of the item, `type` how it is drawn. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
        };
    };
    listLevels: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By the code of the location, in pages: an item itself shows the first 50 only. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LevelPage"];
                };
            };
        };
    };
    listItemMovements: {
        parameters: {
            query?: {
                /** @description The id or the name of who did it. */
                actor?: string;
                /** @description `nextCursor` or `prevCursor` of a page, with the same filters and order. */
                cursor?: string;
                /** @description Recorded at or after. */
                from?: string;
                limit?: number;
                location?: string;
                /** @description By position. */
                order?: "asc" | "desc";
                reason?: string;
                reference?: string;
                /** @description Recorded before. */
                to?: string;
                /** @description A movement (`issue`, `transfer`) or an event type (`stock.issued`). */
                type?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As `GET /movements`. Items that were deleted have a history, too; an id that never was one is 404. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementPage"];
                };
            };
        };
    };
    moveItem: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveItem"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResult"];
                };
            };
            /** @description As `POST /movements` with one line, written flat. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResult"];
                };
            };
        };
    };
    restoreItem: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its history goes on. If its sku or a barcode was taken meanwhile: 409 `duplicate`. One that is not deleted is answered as it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    getStockAsOf: {
        parameters: {
            query?: {
                /** @description Everything up to and including this time; without it, or in the future: now. */
                asOf?: string;
                /** @description What the books said then (`recorded`), or what is known today about then (`effective`). */
                clock?: "recorded" | "effective";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description On the `recorded` clock: what the books said then, for ever the same. On the `effective` clock: what is known today about then; what is entered late changes it. Zeros before the first event. Deleted items answer too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PastStock"];
                };
            };
        };
    };
    getItemByBarcode: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer 304 while this is the version. */
                "If-None-Match"?: string;
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A barcode belongs to one item at a time. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    getItemBySku: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer 304 while this is the version. */
                "If-None-Match"?: string;
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Skus are case-sensitive. One that was changed, or whose item was deleted, is free for another item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Item"];
                };
            };
        };
    };
    rebuildProjections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For operators: items, reservations, transfers and expectations follow from the ledger and are made again. Nothing is lost by it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuilt"];
                };
            };
        };
    };
    verifyLedger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Walks every event, then compares every projection with the fold of its events. Takes seconds for 100,000. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    listLocations: {
        parameters: {
            query?: {
                /** @description Only the closed; without it, only the open. */
                closed?: boolean;
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationPage"];
                };
            };
        };
    };
    createLocation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateLocation"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
            /** @description The code of a closed location opens that one again, with this name and address. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
        };
    };
    getLocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
        };
    };
    closeLocation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description Nothing can be moved to or from it from then on; its history stays. Refused with `location-not-empty` while any stock is there (on hand, reserved, set aside or on its way there), and always for `main`. One that is closed already: 204. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateLocation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateLocation"];
            };
        };
        responses: {
            /** @description The code never changes: movements say it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
        };
    };
    listMovements: {
        parameters: {
            query?: {
                /** @description The id or the name of who did it. */
                actor?: string;
                /** @description `nextCursor` or `prevCursor` of a page, with the same filters and order. */
                cursor?: string;
                /** @description Recorded at or after. */
                from?: string;
                itemId?: string;
                limit?: number;
                location?: string;
                /** @description By position. */
                order?: "asc" | "desc";
                reason?: string;
                reference?: string;
                /** @description Recorded before. */
                to?: string;
                /** @description A movement (`issue`, `transfer`) or an event type (`stock.issued`). */
                type?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What moved stock, newest first unless `order=asc`; all filters have to match. A page may be short where they match little: go on while there is a cursor. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementPage"];
                };
            };
        };
    };
    createMovement: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateMovement"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResult"];
                };
            };
            /** @description Lines of one item are summed before they are checked. An `effectiveAt` before a later count of a place changes the past, not today: the operation also records the `stock.counted` that makes up for it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResult"];
                };
            };
        };
    };
    reverseMovement: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                position: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReverseMovement"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResult"];
                };
            };
            /** @description Records the opposite as `stock.reversed`, with `links.reverses`. Either position of a transfer takes back both of its events. It counts as at the time of the original, so a count made since holds: then a `stock.counted` makes up for it. Events of items, counts, reversals and what belongs to a reservation, a transfer or an expectation are `not-reversible`. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementResult"];
                };
            };
        };
    };
    createMovements: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MovementBatch"];
            };
        };
        responses: {
            /** @description Rows are answered in the order of the request. Under an `Idempotency-Key` row n has the key `<key>:<n>`; an answer of which every applied row is a repeat is `Idempotency-Replayed`. When the inventory fails midway, the rows that were applied say so and the others carry the problem (`timeout`: the outcome is not known): repeat the request with its key to complete it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResult"];
                };
            };
        };
    };
    getClassReport: {
        parameters: {
            query?: {
                /** @description Class A ends where this share of the value is reached, in %. */
                a?: number;
                /** @description Class B ends here; at least `a`. */
                b?: number;
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                /** @description What happened at or after this time; without it: 365 days before `to`. */
                from?: string;
                limit?: number;
                /** @description What happened before this time; without it, or in the future: now. */
                to?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The items that most was issued of by value come first: they are of class A until `a` % of the value of all is reached, then of class B until `b` %, and the rest of class C. All pages are of the position and of the period of the first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassReport"];
                };
            };
        };
    };
    getDeadStockReport: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                /** @description The same, by days until now. */
                days?: number;
                limit?: number;
                /** @description Items of which nothing was issued at or after this time; instead of `days`. */
                since?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is worth most comes first. All pages are of the position of the first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadStock"];
                };
            };
        };
    };
    getReorderReport: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Items whose `projected` stock (available + incoming) is at or below their reorder level. Suggested is `reorderQuantity`, or what fills up to the level, in whole packs of `attributes.packSize`. A page may be short: go on while there is a `nextCursor`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReorderReport"];
                };
            };
        };
    };
    getSummary: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many items and pieces, what they are worth at their prices, how many are low and how many out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
        };
    };
    getTurnoverReport: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                /** @description What happened at or after this time; without it: 365 days before `to`. */
                from?: string;
                limit?: number;
                /** @description What happened before this time; without it, or in the future: now. */
                to?: string;
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cost of goods issued ÷ average inventory, of each item and of all, and how many days the stock lasts at that rate. By the time at which things happened (`effectiveAt`); what was taken back counts as if it had not happened. The most issued first, by value. All pages are of the position and of the period of the first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnoverReport"];
                };
            };
        };
    };
    getValuation: {
        parameters: {
            query?: {
                /** @description Everything recorded up to and including this time; without it, or in the future: now. */
                asOf?: string;
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
                /** @description Moving weighted average, or first in first out. */
                method?: "average" | "fifo";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description From the ledger, as recorded up to `asOf`. Pieces cost what their receipt said (`unitCost`), else what the others cost, else the item’s `unitPrice` then. All pages are of the position of the first. A large ledger may need several tries (503 with Retry-After). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Valuation"];
                };
            };
        };
    };
    listReservations: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                itemId?: string;
                limit?: number;
                status?: "held" | "committed" | "released" | "expired" | "fulfilled";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By `status` and by `itemId`, if wanted. Finished ones stay. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReservationPage"];
                };
            };
        };
    };
    createReservation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReservation"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
            /** @description Lines of the same item and location are summed. It expires by itself within a second of `expiresAt`, unless it is extended, committed, fulfilled or released before. `too-many-reservations`: the caller holds as many as may be (`RESERVATIONS_PER_CALLER`). */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    getReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With what of each line is fulfilled, and what is still open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    commitReservation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One that is committed already is answered as it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    extendReservation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendReservation"];
            };
        };
        responses: {
            /** @description Also shorter than before. Only what is held: a committed one does not expire. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    fulfilReservation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FulfilReservation"];
            };
        };
        responses: {
            /** @description Without a body, or without lines, everything. `exceeds-reservation`: more than is still reserved by it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    releaseReservation: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was fulfilled stays so. A finished one is 409 `reservation-closed`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservation"];
                };
            };
        };
    };
    listStocktakes: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
                location?: string;
                status?: "open" | "approved" | "cancelled";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By `status` and by `location`, if wanted. Those that are over stay. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StocktakePage"];
                };
            };
        };
    };
    openStocktake: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenStocktake"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stocktake"];
                };
            };
            /** @description What is expected of each item is frozen as of exactly `position`; stock goes on moving meanwhile. Up to 2000 items: an approval books them as one operation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stocktake"];
                };
            };
        };
    };
    getStocktake: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How much of it is counted, and who opened and closed it; its sheet is at `/lines`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stocktake"];
                };
            };
        };
    };
    approveStocktake: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ApproveStocktake"];
            };
        };
        responses: {
            /** @description For each line a `stock.counted` with `links.stocktakeId`, also without a difference: on hand changes by what was counted less what was there at the moment of the count, so what has moved since stays. All lines or none; what is refused names the line, and all of them in `lines`. With `dryRun=true`: what would be booked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovedStocktake"];
                };
            };
        };
    };
    cancelStocktake: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was entered stays on its sheet. One that is over is 409 `stocktake-closed`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stocktake"];
                };
            };
        };
    };
    enterCounts: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnterCounts"];
            };
        };
        responses: {
            /** @description Each count is compared with what the ledger has on hand at that moment, so enter it when it is made. `add` is for scanning piece by piece, by as many people as like. An item that is not on the sheet is added to it, as `unexpected`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountResult"];
                };
            };
        };
    };
    enterCountsCsv: {
        parameters: {
            query?: {
                /** @description Checks the whole file and answers 200 with what is wrong in it; nothing is counted. */
                dryRun?: boolean;
                /** @description As for imports: `<column>:<field>`, separated by commas, or a JSON object. */
                map?: string;
                /** @description What the rows say, as in `counts`. */
                mode?: "set" | "add";
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /**
                     * @description As in the query; before the file.
                     * @example Artikel:sku,Menge:quantity
                     */
                    map?: string;
                };
                /**
                 * @example sku,quantity
                 *     85123A,9
                 *     71053,24
                 */
                "text/csv": string;
            };
        };
        responses: {
            /**
             * @description A CSV file in UTF-8 of up to 10000 rows. Where anything is wrong nothing is counted, and `errors` names line and column. A row without a quantity was not counted and is passed over. An item in several rows is an error, unless `mode=add` sums them. Columns:
             *
             *     - `itemId`, also `id`, `item`
             *     - `sku`, also `stockcode`, `itemcode`, `itemnumber`, `article`, `articlenumber`, `articleno`, `productcode`, `partnumber`
             *     - `barcode`, also `ean`, `ean13`, `gtin`, `upc`
             *     - `quantity`, also `qty`, `pieces`, `units`, `amount`, `onhand`, `stock`, `counted`, `count`
             *
             *     Required: `quantity`; `sku` or `barcode` or `itemId`.
             */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountResult"];
                };
            };
        };
    };
    listStocktakeLines: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
                /** @description `counted`: with and without a variance. */
                state?: "uncounted" | "counted" | "variance";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `variance` is what was counted less what the ledger had at that moment, not less what was expected. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StocktakeLinePage"];
                };
            };
        };
    };
    listTransfers: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                itemId?: string;
                limit?: number;
                /** @description Goods from there, or on their way there. */
                location?: string;
                status?: "in_transit" | "received" | "closed" | "cancelled";
            };
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By `status`, `itemId` and `location` (from there or to there), if wanted. Finished ones stay. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransferPage"];
                };
            };
        };
    };
    createTransfer: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTransfer"];
            };
        };
        responses: {
            /** @description With `dryRun=true`: what would be, and `dryRun: true`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            /** @description They leave `from` at once and are `incoming` at `to` until they are received. Lines of the same item are summed. For goods that are there at once, a movement of type `transfer` does both. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
        };
    };
    getTransfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Answer with at least this state of the ledger. */
                "X-Min-Position"?: number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Of every line `quantity = received + returned + missing + open`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
        };
    };
    cancelTransfer: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndOrder"];
            };
        };
        responses: {
            /** @description `not-found` also when that location was closed meanwhile. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
        };
    };
    closeTransfer: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloseTransfer"];
            };
        };
        responses: {
            /** @description What is still under way is lost: it is not `incoming` any more, and on record as `missing`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
        };
    };
    receiveTransfer: {
        parameters: {
            query?: {
                /** @description Decides as for real and answers 200 with `dryRun: true`, but writes nothing. */
                dryRun?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat: the same key and body give the same answer again, for ever. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReceiveTransfer"];
            };
        };
        responses: {
            /** @description Without a body, or without lines, everything. `exceeds-transfer`: more than is still under way. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUser"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to show. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUser"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to show. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhook"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description `page.nextCursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayWebhook"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    resumeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestResult"];
                };
            };
        };
    };
}
