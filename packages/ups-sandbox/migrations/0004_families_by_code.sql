-- A family, its tokens and the code that led to it are written in one statement, from the code's own row: there is
-- nothing that these references could find missing, and checking them cost more than writing. Who is looked up joins
-- family and profile anyway. What ended is deleted by hand.
alter table upscom.token_family drop constraint token_family_client_id_fkey, drop constraint token_family_profile_id_fkey;
alter table upscom.authorization_code drop constraint authorization_code_family_id_fkey;
alter table upscom.access_token drop constraint access_token_family_id_fkey;
alter table upscom.refresh_token drop constraint refresh_token_family_id_fkey;
